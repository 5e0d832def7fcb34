#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/byte_reader.h"
#include "objfile/dwarf/constants.h"

namespace ajar::objfile::dwarf {

// What the size of an attribute depends on.
struct Encoding {
  std::uint16_t version = 0;
  std::uint8_t address_size = 0;  // bytes
  std::uint8_t offset_size = 0;   // 4, or 8 in the 64-bit format

  bool operator==(const Encoding&) const = default;
};

// An attribute as it stands there: an index or an offset into another section is not followed.
struct Value {
  Form form = Form::none;
  std::uint64_t number = 0;
  std::string_view text;  // of Form::string
};

// Whether it is an offset from the start of the unit to another of the unit's entries.
bool is_in_unit(Form form);

// An offset, an address or an index, of whatever size the encoding says: 1, 2, 3, 4 or 8 bytes.
inline std::uint64_t read_sized(base::ByteReader& in, std::uint8_t size) {
  switch (size) {
    case sizeof(std::uint8_t):
      return in.read<std::uint8_t>();
    case sizeof(std::uint16_t):
      return in.read<std::uint16_t>();
    case sizeof(std::uint32_t):
      return in.read<std::uint32_t>();
    case sizeof(std::uint64_t):
      return in.read<std::uint64_t>();
    case sizeof(std::uint16_t) + sizeof(std::uint8_t): {
      const std::uint64_t low = in.read<std::uint16_t>();
      return low | static_cast<std::uint64_t>(in.read<std::uint8_t>()) << 16U;
    }
    default:
      in.fail();
      return 0;
  }
}

// The length at the start of a unit or table; sets the offset size by it. Fails where it is a reserved one.
std::uint64_t read_length(base::ByteReader& in, std::uint8_t& offset_size);

// How many bytes a value takes, where that does not depend on the value.
std::optional<std::uint32_t> fixed_size(Form form, const Encoding& encoding);

// A form that nobody knows makes the reader fail.
Value read_value(base::ByteReader& in, Form form, const Encoding& encoding);

}  // namespace ajar::objfile::dwarf
