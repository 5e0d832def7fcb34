#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"
#include "objfile/dwarf/constants.h"
#include "objfile/dwarf/sections.h"
#include "objfile/dwarf/value.h"

namespace ajar::objfile::dwarf {

struct AttributeForm {
  Attribute attribute = Attribute::none;
  Form form = Form::none;
  std::uint8_t size = kVariable;  // bytes of the value, where they are at most 8 whatever it is
  std::int64_t implicit = 0;      // the value, where it takes no bytes

  static constexpr std::uint8_t kVariable = 0xff;
};

// What the entries that name this abbreviation look like.
struct Abbreviation {
  std::uint64_t code = 0;
  Tag tag = Tag::none;
  bool has_children = false;
  bool is_code = false;       // a function, or an inlined copy, that says where its code is
  bool is_container = false;  // has children, which are named after it
  bool is_closed = false;  // its children have no code and no names that matter, and it says where they end
  std::optional<std::uint32_t> bytes;            // of the values, if they are the same for all entries
  std::uint32_t first = 0, count = 0;            // of AbbreviationTable's attributes
  std::uint32_t first_step = 0, step_count = 0;  // of its steps
  std::optional<std::uint32_t>
      sibling_at;  // bytes before DW_AT_sibling, where that is 4 bytes, and always there
};

// The abbreviations of one unit, made for entries of one encoding.
class AbbreviationTable {
 public:
  // Reads up to the table's end, or to what makes no sense: entries of abbreviations behind that have none.
  AbbreviationTable(base::ByteReader in, const Encoding& encoding);

  // nullptr where there is none of that code.
  [[nodiscard]] const Abbreviation* find(std::uint64_t code) const {
    if (code - 1 < rows_.size() && rows_[code - 1].code == code) return &rows_[code - 1];
    return find_out_of_order(code);
  }

  [[nodiscard]] std::span<const AttributeForm> attributes(const Abbreviation& row) const {
    return std::span(attributes_).subspan(row.first, row.count);
  }

  // `next` is one of the attributes, the reader is where its value is.
  [[nodiscard]] Value read(base::ByteReader& in, const AttributeForm& next) const {
    if (next.size == AttributeForm::kVariable) return read_value(in, next.form, encoding_);
    const std::uint64_t number =
        next.size == 0 ? static_cast<std::uint64_t>(next.implicit) : read_sized(in, next.size);
    return {.form = next.form, .number = number, .text = {}};
  }

  // Goes over the values of an entry.
  void skip(base::ByteReader& in, const Abbreviation& row) const {
    for (const Step& step : std::span(steps_).subspan(row.first_step, row.step_count)) {
      in.skip(step.bytes);
      if (step.then != Form::none) static_cast<void>(read_value(in, step.then, encoding_));
    }
  }

 private:
  // So many bytes, then one value whose size only the value tells.
  struct Step {
    std::uint32_t bytes = 0;
    Form then = Form::none;
  };

  bool read_row(base::ByteReader& in);
  void classify(Abbreviation& row) const;
  void plan_steps(Abbreviation& row);
  [[nodiscard]] const Abbreviation* find_out_of_order(std::uint64_t code) const;

  Encoding encoding_;
  std::vector<Abbreviation> rows_;  // compilers number them from 1 on
  std::vector<AttributeForm> attributes_;
  std::vector<Step> steps_;
};

// Keeps the tables that were read last.
class AbbreviationTables {
 public:
  // Those at an offset in .debug_abbrev; nullptr where that lies outside.
  std::shared_ptr<const AbbreviationTable> at(Sections::Bytes abbrev, std::uint64_t offset,
                                              const Encoding& encoding);

 private:
  struct Key {
    const std::byte* table = nullptr;
    std::uint32_t encoding = 0;
    auto operator<=>(const Key&) const = default;
  };
  std::map<Key, std::shared_ptr<const AbbreviationTable>> tables_;
};

}  // namespace ajar::objfile::dwarf
