#include "objfile/dwarf/value.h"

namespace ajar::objfile::dwarf {
namespace {

constexpr std::uint32_t kLongFormat = 0xffff'ffff;  // an eight-byte length follows
constexpr std::uint32_t kReserved = 0xffff'fff0;    // lengths from here on have no meaning
constexpr std::uint8_t kThreeBytes = 3;
constexpr std::uint32_t kSixteenBytes = 16;

// The size of a block: what stands before it.
std::optional<std::uint64_t> block_size(base::ByteReader& in, Form form) {
  switch (form) {
    case Form::block1:
      return in.read<std::uint8_t>();
    case Form::block2:
      return in.read<std::uint16_t>();
    case Form::block4:
      return in.read<std::uint32_t>();
    case Form::block:
    case Form::exprloc:
      return in.read_varint();
    default:
      return std::nullopt;
  }
}

bool is_varint(Form form) {
  switch (form) {
    case Form::udata:
    case Form::ref_udata:
    case Form::strx:
    case Form::addrx:
    case Form::loclistx:
    case Form::rnglistx:
    case Form::gnu_addr_index:
    case Form::gnu_str_index:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool is_in_unit(Form form) {
  switch (form) {
    case Form::ref1:
    case Form::ref2:
    case Form::ref4:
    case Form::ref8:
    case Form::ref_udata:
      return true;
    default:
      return false;
  }
}

std::uint64_t read_length(base::ByteReader& in, std::uint8_t& offset_size) {
  const auto length = in.read<std::uint32_t>();
  offset_size = sizeof(std::uint32_t);
  if (length < kReserved) return length;
  offset_size = sizeof(std::uint64_t);
  if (length == kLongFormat) return in.read<std::uint64_t>();
  in.fail();
  return 0;
}

std::optional<std::uint32_t> fixed_size(Form form, const Encoding& encoding) {
  switch (form) {
    case Form::flag_present:
    case Form::implicit_const:
      return 0;
    case Form::data1:
    case Form::flag:
    case Form::ref1:
    case Form::strx1:
    case Form::addrx1:
      return 1;
    case Form::data2:
    case Form::ref2:
    case Form::strx2:
    case Form::addrx2:
      return 2;
    case Form::strx3:
    case Form::addrx3:
      return kThreeBytes;
    case Form::data4:
    case Form::ref4:
    case Form::ref_sup4:
    case Form::strx4:
    case Form::addrx4:
      return 4;
    case Form::data8:
    case Form::ref8:
    case Form::ref_sig8:
    case Form::ref_sup8:
      return 8;
    case Form::data16:
      return kSixteenBytes;
    case Form::addr:
      return encoding.address_size;
    case Form::ref_addr:  // an address, until version 3 made an offset of it
      return encoding.version < 3 ? encoding.address_size : encoding.offset_size;
    case Form::strp:
    case Form::line_strp:
    case Form::strp_sup:
    case Form::sec_offset:
    case Form::gnu_ref_alt:
    case Form::gnu_strp_alt:
      return encoding.offset_size;
    default:
      return std::nullopt;
  }
}

Value read_value(base::ByteReader& in, Form form, const Encoding& encoding) {
  while (form == Form::indirect && in.ok()) form = Form{static_cast<std::uint16_t>(in.read_varint())};
  Value value{.form = form, .number = 0, .text = {}};
  if (form == Form::flag_present) {
    value.number = 1;
  } else if (form == Form::string) {
    value.text = in.c_string();
  } else if (form == Form::sdata) {
    value.number = static_cast<std::uint64_t>(in.read_signed_varint());
  } else if (is_varint(form)) {
    value.number = in.read_varint();
  } else if (const auto block = block_size(in, form); block.has_value()) {
    in.skip(*block);
  } else if (const auto size = fixed_size(form, encoding); size == kSixteenBytes) {
    in.skip(kSixteenBytes);
  } else if (size.has_value() && form != Form::implicit_const) {
    value.number = read_sized(in, static_cast<std::uint8_t>(*size));
  } else {
    in.fail();  // also where the abbreviation should have given the value
  }
  return value;
}

}  // namespace ajar::objfile::dwarf
