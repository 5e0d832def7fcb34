#include "unwind/cfi_entries.h"

namespace ajar::unwind {
namespace {

enum : uint8_t {  // DW_EH_PE_…
  kOmit = 0xff,
  kUdata2 = 0x02,
  kUdata4 = 0x03,
  kUdata8 = 0x04,
  kIndirect = 0x80,
  kPcRelative = 0x10,
  kDataRelative = 0x30,
  kAligned = 0x50,
};

constexpr uint32_t kLongLength = 0xffffffffU;

// Absolute pointers are as large as a word.
uint8_t sized(uint8_t encoding, bool is_32) {
  const bool is_word = encoding != kOmit && (encoding & 0x0fU) == 0;
  return is_32 && is_word ? encoding | kUdata4 : encoding;
}

// The letters of an augmentation that begins with 'z', each with what it has in the augmentation data.
bool read_letters(CfiReader& in, const char* letters, Cie& cie) {
  for (; *letters != 0; ++letters) {
    switch (*letters) {
      case 'R':
        cie.encoding.pointer_encoding = sized(in.fixed<uint8_t>(), cie.encoding.is_32);
        break;
      case 'L':
        in.fixed<uint8_t>();
        break;
      case 'P':
        in.skip_pointer(sized(in.fixed<uint8_t>(), cie.encoding.is_32));
        break;
      case 'S':
        cie.signal_frame = true;
        break;
      default:
        return false;  // what comes after it can't be told
    }
  }
  return in.ok();
}

bool read_augmentation(CfiReader& in, const char* augmentation, Cie& cie) {
  if (augmentation[0] == 0) return true;
  if (augmentation[0] != 'z') return false;
  cie.has_augmentation_data = true;
  const uint64_t length = in.uleb();
  if (length > in.remaining()) return false;
  const uint8_t* data_end = in.at() + length;
  if (!read_letters(in, augmentation + 1, cie) || data_end < in.at()) return false;
  in.skip(static_cast<uint64_t>(data_end - in.at()));
  return in.ok();
}

// .debug_frame has plain addresses.
bool read_address_size(uint8_t size, Cie& cie) {
  cie.encoding.pointer_encoding = size == 2 ? kUdata2 : size == 4 ? kUdata4 : kUdata8;
  return size == 2 || size == 4 || size == 8;
}

}  // namespace

uint64_t CfiReader::pointer(uint8_t encoding, uint64_t data_base) {
  if (encoding == kOmit) return 0;
  if ((encoding & kIndirect) != 0) {
    fail();
    return 0;
  }
  return pointer(encoding & 0x0fU, encoding & 0x70U, data_base);
}

void CfiReader::skip_pointer(uint8_t encoding) {
  if (encoding == kOmit) return;
  pointer(encoding & 0x0fU, (encoding & 0x70U) == kAligned ? kAligned : 0, 0);
}

uint64_t CfiReader::pointer(uint8_t format, uint8_t application, uint64_t data_base) {
  if (application == kAligned) {
    const uint64_t here = reinterpret_cast<uint64_t>(at_) + bias_;
    skip((0 - here) & 7U);
    return fixed<uint64_t>();
  }
  const uint64_t self = reinterpret_cast<uint64_t>(at_) + bias_;
  uint64_t value = 0;
  switch (format) {
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
  if (application == 0) return value;
  if (application == kPcRelative) return value + self;
  if (application == kDataRelative) return value + data_base;
  fail();
  return 0;
}

CfiEntry read_entry(const CfiSection& section, const uint8_t* at) {
  CfiEntry entry;
  CfiReader in(at, section.end, section.bias);
  uint64_t length = in.fixed<uint32_t>();
  while (in.ok() && length == 0 && section.form == CfiSection::Form::eh_frame && !section.ends_at_zero) {
    if (in.done()) return entry;
    length = in.fixed<uint32_t>();
  }
  const bool is_long = length == kLongLength;
  if (is_long) length = in.fixed<uint64_t>();
  if (!in.ok() || length == 0 || length > in.remaining()) return entry;
  entry.end = in.at() + length;
  entry.kind = CfiEntry::Kind::unreadable;

  // .eh_frame: the id is 4 bytes whatever the length is, 0 for a CIE, and otherwise how far back the CIE is.
  // .debug_frame: all ones for a CIE, and otherwise where in the section the CIE is.
  const bool eh_frame = section.form == CfiSection::Form::eh_frame;
  CfiReader body(in.at(), entry.end, section.bias);
  const uint8_t* id_at = body.at();
  const bool id_is_long = is_long && !eh_frame;
  const uint64_t id = id_is_long ? body.fixed<uint64_t>() : body.fixed<uint32_t>();
  if (!body.ok()) return entry;
  entry.body = body.at();
  const uint64_t cie_id = eh_frame ? 0 : id_is_long ? ~uint64_t{0} : uint64_t{kLongLength};
  if (id == cie_id) {
    entry.kind = CfiEntry::Kind::cie;
    return entry;
  }
  const auto room = static_cast<uint64_t>((eh_frame ? id_at : section.end) - section.begin);
  if (id > room) return entry;
  entry.cie = eh_frame ? id_at - id : section.begin + id;
  entry.kind = CfiEntry::Kind::fde;
  return entry;
}

bool read_cie(const CfiSection& section, const uint8_t* at, Cie& cie) {
  const CfiEntry entry = read_entry(section, at);
  if (entry.kind != CfiEntry::Kind::cie) return false;
  CfiReader in(entry.body, entry.end, section.bias);
  cie.encoding.data_base = section.data_base;
  cie.encoding.is_32 = section.is_32;
  cie.encoding.pointer_encoding = sized(0, section.is_32);
  const auto version = in.fixed<uint8_t>();
  if (version != 1 && version != 3 && version != 4) return false;
  char augmentation[8] = {};
  for (size_t i = 0;; ++i) {
    const auto c = static_cast<char>(in.fixed<uint8_t>());
    if (!in.ok() || i == sizeof(augmentation) - 1) return false;
    augmentation[i] = c;
    if (c == 0) break;
  }
  uint8_t address_size = section.is_32 ? 4 : 8;
  if (version == 4) {
    address_size = in.fixed<uint8_t>();
    cie.encoding.selector_size = in.fixed<uint8_t>();
  }
  cie.encoding.code_align = in.uleb();
  cie.encoding.data_align = in.sleb();
  cie.encoding.return_column = version == 1 ? in.fixed<uint8_t>() : in.uleb();
  if (section.is_32) cie.encoding.return_column = number_of_32(cie.encoding.return_column);
  if (!read_augmentation(in, augmentation, cie)) return false;
  if (section.form == CfiSection::Form::debug_frame && !read_address_size(address_size, cie)) return false;
  cie.program = in.at();
  cie.program_end = entry.end;
  return in.ok();
}

bool read_fde(const CfiSection& section, const CfiEntry& entry, const Cie& cie, Fde& fde) {
  CfiReader in(entry.body, entry.end, section.bias);
  in.skip(cie.encoding.selector_size);
  fde.first = in.pointer(cie.encoding.pointer_encoding, cie.encoding.data_base);
  fde.size = in.pointer(cie.encoding.pointer_encoding & 0x0fU, 0);
  if (cie.has_augmentation_data) in.skip(in.uleb());
  fde.program = in.at();
  fde.program_end = entry.end;
  return in.ok();
}

bool FdeScan::next() {
  for (;;) {
    const CfiEntry entry = read_entry(section_, next_);
    if (entry.kind == CfiEntry::Kind::end) return false;
    at_ = next_;
    next_ = entry.end;
    if (entry.kind == CfiEntry::Kind::cie) continue;
    if (entry.kind == CfiEntry::Kind::fde && read(entry)) return true;
    ++unreadable_;
  }
}

bool FdeScan::read(const CfiEntry& entry) {
  if (entry.cie != cie_at_) {
    cie_ = {};
    cie_at_ = read_cie(section_, entry.cie, cie_) ? entry.cie : nullptr;
    if (cie_at_ == nullptr) return false;
  }
  return read_fde(section_, entry, cie_, fde_);
}

}  // namespace ajar::unwind
