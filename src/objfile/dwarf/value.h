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

// An offset or an address, of whatever size the encoding says.
std::uint64_t read_sized(base::ByteReader& in, std::uint8_t size);

// The length at the start of a unit or table; sets the offset size by it. Fails where it is a reserved one.
std::uint64_t read_length(base::ByteReader& in, std::uint8_t& offset_size);

// How many bytes a value takes, where that does not depend on the value.
std::optional<std::uint32_t> fixed_size(Form form, const Encoding& encoding);

// `implicit` is the value that Form::implicit_const has. A form that nobody knows makes the reader fail.
Value read_value(base::ByteReader& in, Form form, const Encoding& encoding, std::int64_t implicit = 0);

}  // namespace ajar::objfile::dwarf
