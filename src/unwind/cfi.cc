#include "unwind/cfi.h"

#include "unwind/cfi_program.h"
#include "unwind/cfi_reader.h"

namespace ajar::unwind {
namespace {

constexpr uint8_t kOmit = 0xff;
constexpr uint8_t kUdata4 = 0x03;
constexpr uint8_t kDataRelativeSdata4 = 0x3b;

// The address of the FDE that may cover pc: .eh_frame_hdr's table is sorted by the functions' first
// addresses. nullptr: none.
const uint8_t* find_fde(const CallFrameInfo& info, uint64_t pc) {
  const auto base = reinterpret_cast<uint64_t>(info.header);
  CfiReader in(info.header, info.end);
  const auto version = in.fixed<uint8_t>();
  const auto frame_encoding = in.fixed<uint8_t>();
  const auto count_encoding = in.fixed<uint8_t>();
  const auto table_encoding = in.fixed<uint8_t>();
  if (version != 1 || count_encoding != kUdata4 || table_encoding != kDataRelativeSdata4) return nullptr;
  if (frame_encoding != kOmit) in.pointer(frame_encoding, base);
  const uint64_t count = in.fixed<uint32_t>();
  struct Row {
    int32_t function, fde;
  };
  const uint8_t* table = in.at();
  if (!in.ok() || count == 0 || count > static_cast<uint64_t>(info.end - table) / sizeof(Row)) return nullptr;

  const auto row = [&](uint64_t i) {
    Row r;
    __builtin_memcpy(&r, table + i * sizeof(Row), sizeof(Row));
    return r;
  };
  const auto address = [&](int32_t relative) {
    return base + static_cast<uint64_t>(static_cast<int64_t>(relative));
  };
  if (pc < address(row(0).function)) return nullptr;
  uint64_t low = 0;
  uint64_t high = count;
  while (high - low > 1) {
    const uint64_t middle = low + (high - low) / 2;
    (address(row(middle).function) <= pc ? low : high) = middle;
  }
  const auto* fde = reinterpret_cast<const uint8_t*>(address(row(low).fde));
  return fde >= info.begin && fde < info.end ? fde : nullptr;
}

// The bytes of a CIE or FDE after its length; an empty reader for a terminator or a 64-bit length, which
// nobody emits here.
CfiReader entry_at(const uint8_t* at, const uint8_t* end) {
  CfiReader in(at, end);
  const auto length = in.fixed<uint32_t>();
  if (!in.ok() || length == 0 || length == 0xffffffffU || length > static_cast<uint64_t>(end - in.at()))
    return {end, end};
  return {in.at(), in.at() + length};
}

struct CommonInfo {
  CfiEncoding encoding;
  uint8_t pointer_encoding = 0;
  bool has_augmentation_data = false;
  bool signal_frame = false;
  const uint8_t* program = nullptr;
  const uint8_t* program_end = nullptr;
};

bool read_augmentation(CfiReader& in, const char* augmentation, CommonInfo& cie) {
  if (augmentation[0] == 0) return true;
  if (augmentation[0] != 'z') return false;
  cie.has_augmentation_data = true;
  const uint64_t length = in.uleb();
  if (length > in.remaining()) return false;
  const uint8_t* data_end = in.at() + length;
  for (const char* c = augmentation + 1; *c != 0; ++c) {
    if (*c == 'R') cie.pointer_encoding = in.fixed<uint8_t>();
    if (*c == 'L') in.fixed<uint8_t>();
    if (*c == 'S') cie.signal_frame = true;
    if (*c == 'P') in.pointer(in.fixed<uint8_t>(), 0);
  }
  if (!in.ok() || data_end < in.at()) return false;
  in.skip(static_cast<uint64_t>(data_end - in.at()));
  return in.ok();
}

bool read_cie(const uint8_t* at, const uint8_t* end, CommonInfo& cie) {
  const CfiReader entry = entry_at(at, end);
  if (entry.done()) return false;
  // The entry's own end bounds everything that follows.
  const auto length_field = CfiReader(at, end).fixed<uint32_t>();
  CfiReader in(entry.at(), entry.at() + length_field);
  if (in.fixed<uint32_t>() != 0) return false;  // a CIE's id is 0
  const auto version = in.fixed<uint8_t>();
  if (version != 1 && version != 3) return false;
  char augmentation[8] = {};
  for (size_t i = 0;; ++i) {
    const auto c = static_cast<char>(in.fixed<uint8_t>());
    if (!in.ok() || i == sizeof(augmentation) - 1) return false;
    augmentation[i] = c;
    if (c == 0) break;
  }
  cie.encoding.code_align = in.uleb();
  cie.encoding.data_align = in.sleb();
  cie.encoding.return_column = version == 1 ? in.fixed<uint8_t>() : in.uleb();
  if (!read_augmentation(in, augmentation, cie)) return false;
  cie.program = in.at();
  cie.program_end = entry.at() + length_field;
  return in.ok();
}

}  // namespace

uint64_t CfiReader::pointer(uint8_t encoding, uint64_t data_base) {
  if (encoding == kOmit) return 0;
  const auto self = reinterpret_cast<uint64_t>(at_);
  uint64_t value = 0;
  switch (encoding & 0x0fU) {
    case 0x00:
    case 0x04:
    case 0x0c:
      value = fixed<uint64_t>();
      break;
    case 0x01:
      value = uleb();
      break;
    case 0x02:
      value = fixed<uint16_t>();
      break;
    case 0x03:
      value = fixed<uint32_t>();
      break;
    case 0x09:
      value = static_cast<uint64_t>(sleb());
      break;
    case 0x0a:
      value = static_cast<uint64_t>(static_cast<int64_t>(fixed<int16_t>()));
      break;
    case 0x0b:
      value = static_cast<uint64_t>(static_cast<int64_t>(fixed<int32_t>()));
      break;
    default:
      fail();
      return 0;
  }
  if ((encoding & 0x70U) == 0x10) value += self;
  if ((encoding & 0x70U) == 0x30) value += data_base;
  return value;  // DW_EH_PE_indirect concerns personality routines only, whose value nobody here uses
}

ajar_rule find_rule(const CallFrameInfo& info, uint64_t pc) {
  constexpr ajar_rule kNone{};
  if (info.header == nullptr) return kNone;
  const uint8_t* at = find_fde(info, pc);
  if (at == nullptr) return kNone;
  const CfiReader bounds = entry_at(at, info.end);
  if (bounds.done()) return kNone;
  const uint8_t* fde_end = bounds.at() + CfiReader(at, info.end).fixed<uint32_t>();
  CfiReader in(bounds.at(), fde_end);
  const uint8_t* id_at = in.at();
  const auto cie_distance = in.fixed<uint32_t>();
  if (cie_distance == 0 || cie_distance > static_cast<uint64_t>(id_at - info.begin)) return kNone;

  CommonInfo cie;
  if (!read_cie(id_at - cie_distance, info.end, cie)) return kNone;
  const uint64_t first = in.pointer(cie.pointer_encoding, reinterpret_cast<uint64_t>(info.header));
  const uint64_t size = in.pointer(cie.pointer_encoding & 0x0fU, 0);
  if (!in.ok() || pc < first || pc - first >= size) return kNone;
  if (cie.has_augmentation_data) in.skip(in.uleb());
  if (!in.ok()) return kNone;

  CfiProgram program(cie.encoding, first, pc);
  if (!program.run_initial(cie.program, cie.program_end) || !program.run(in.at(), fde_end)) return kNone;
  return program.rule(cie.signal_frame);
}

}  // namespace ajar::unwind
