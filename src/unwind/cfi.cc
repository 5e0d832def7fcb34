#include "unwind/cfi.h"

#include "unwind/cfi_program.h"
#include "unwind/cfi_reader.h"

namespace ajar::unwind {
namespace {

constexpr uint8_t kUdata4 = 0x03;
constexpr uint8_t kDataRelativeSdata4 = 0x3b;

// The table of a mapped module's .eh_frame_hdr, sorted by the functions' first addresses; empty where it has
// none, or one of another form than all linkers make.
class HeaderTable {
 public:
  explicit HeaderTable(const CallFrameInfo& info) : info_(info) {
    CfiReader in(info.header, info.end);
    const auto version = in.fixed<uint8_t>();
    const auto frame_encoding = in.fixed<uint8_t>();
    const auto count_encoding = in.fixed<uint8_t>();
    const auto table_encoding = in.fixed<uint8_t>();
    if (version != 1 || count_encoding != kUdata4 || table_encoding != kDataRelativeSdata4) return;
    in.skip_pointer(frame_encoding);
    const uint64_t count = in.fixed<uint32_t>();
    if (!in.ok() || count > in.remaining() / kRow) return;
    rows_ = in.at();
    count_ = count;
  }

  [[nodiscard]] uint64_t size() const { return count_; }
  // The first address of a function, and where its FDE is; nullptr where that is outside the module.
  [[nodiscard]] uint64_t function(uint64_t i) const { return address(i, 0); }
  [[nodiscard]] const uint8_t* fde(uint64_t i) const {
    const uint64_t at = address(i, sizeof(int32_t));
    const bool inside =
        at >= reinterpret_cast<uint64_t>(info_.begin) && at < reinterpret_cast<uint64_t>(info_.end);
    return inside ? reinterpret_cast<const uint8_t*>(at) : nullptr;
  }

 private:
  static constexpr uint64_t kRow = 8;

  [[nodiscard]] uint64_t address(uint64_t i, uint64_t column) const {
    int32_t relative;
    __builtin_memcpy(&relative, rows_ + i * kRow + column, sizeof(relative));
    return reinterpret_cast<uint64_t>(info_.header) + static_cast<uint64_t>(int64_t{relative});
  }

  const CallFrameInfo& info_;
  const uint8_t* rows_ = nullptr;
  uint64_t count_ = 0;
};

// All of a mapped module, as a section.
CfiSection mapped_section(const CallFrameInfo& info) {
  CfiSection section;
  section.begin = info.begin;
  section.end = info.end;
  section.ends_at_zero = true;
  section.data_base = reinterpret_cast<uint64_t>(info.header);
  return section;
}

// Where the FDE is that may cover pc. nullptr: none.
const uint8_t* find_fde(const CallFrameInfo& info, uint64_t pc) {
  const HeaderTable table(info);
  if (table.size() == 0 || pc < table.function(0)) return nullptr;
  uint64_t low = 0;
  uint64_t high = table.size();
  while (high - low > 1) {
    const uint64_t middle = low + (high - low) / 2;
    (table.function(middle) <= pc ? low : high) = middle;
  }
  return table.fde(low);
}

bool find_mapped(const CallFrameInfo& info, uint64_t pc, CodeFrames& found) {
  if (info.header == nullptr) return false;
  const uint8_t* at = find_fde(info, pc);
  if (at == nullptr) return false;
  found.section = mapped_section(info);
  found.pc = pc;
  const CfiEntry entry = read_entry(found.section, at);
  return entry.kind == CfiEntry::Kind::fde && read_cie(found.section, entry.cie, found.cie) &&
         read_fde(found.section, entry, found.cie, found.fde) && pc - found.fde.first < found.fde.size;
}

bool find_in(const CfiSection& section, uint64_t pc, CodeFrames& found) {
  for (FdeScan scan(section); scan.next();) {
    if (pc - scan.fde().first >= scan.fde().size) continue;
    found = {section, scan.cie(), scan.fde(), pc};
    return true;
  }
  return false;
}

}  // namespace

bool find_frames(const CallFrameInfo& info, uint64_t pc, CodeFrames& found) {
  if (find_mapped(info, pc, found)) return true;
  for (uint32_t i = 0; i < info.section_count; ++i) {
    if (find_in(info.sections[i], pc - info.load_bias, found)) return true;
  }
  return false;
}

ajar_rule find_rule(const CallFrameInfo& info, uint64_t pc) {
  CodeFrames frames;
  if (!find_frames(info, pc, frames)) return {};
  CfiProgram<WalkColumns> program(frames.cie.encoding, frames.section.bias, frames.fde.first);
  return run_to(program, frames) ? rule_of(program.state(), frames.cie) : ajar_rule{};
}

}  // namespace ajar::unwind
