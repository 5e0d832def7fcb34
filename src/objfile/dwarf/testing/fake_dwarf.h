#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "objfile/dwarf/constants.h"
#include "objfile/dwarf/sections.h"

// For tests: debug information made of values.
namespace ajar::objfile::dwarf {

inline void put(std::string& out, std::uint64_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * i) & 0xffU);
}

inline void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>(value | 0x80U);
  out += static_cast<char>(value);
}

inline Sections::Bytes bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

// An attribute of an entry. A reference (ref4) is to the entry with the label that its text is.
struct FakeAttribute {
  Attribute attribute{};
  Form form{};
  std::uint64_t number = 0;
  std::string text = {};
};

struct FakeEntry {
  Tag tag{};
  std::vector<FakeAttribute> attributes = {};
  std::vector<FakeEntry> children = {};
  std::string label = {};
};

inline FakeAttribute name(std::string text) {
  return {.attribute = Attribute::name, .form = Form::string, .text = std::move(text)};
}
inline FakeAttribute linkage_name(std::string text) {
  return {.attribute = Attribute::linkage_name, .form = Form::string, .text = std::move(text)};
}
inline FakeAttribute origin(std::string label) {
  return {.attribute = Attribute::abstract_origin, .form = Form::ref4, .text = std::move(label)};
}
inline FakeAttribute sibling(std::string label) {
  return {.attribute = Attribute::sibling, .form = Form::ref4, .text = std::move(label)};
}
inline FakeAttribute call_line(std::uint64_t line) {
  return {.attribute = Attribute::call_line, .form = Form::udata, .number = line};
}
inline FakeAttribute language(Language language) {
  return {
      .attribute = Attribute::language, .form = Form::data2, .number = static_cast<std::uint64_t>(language)};
}
// The code of an entry: [begin, begin + size).
inline std::vector<FakeAttribute> with_code(std::uint64_t begin, std::uint64_t size,
                                            std::vector<FakeAttribute> attributes = {}) {
  attributes.push_back({.attribute = Attribute::low_pc, .form = Form::addr, .number = begin});
  attributes.push_back({.attribute = Attribute::high_pc, .form = Form::data4, .number = size});
  return attributes;
}

class FakeDwarf {
 public:
  std::uint16_t version = 5;
  std::string line, ranges, rnglists, addr, aranges, str, str_offsets, cu_index;

  // Appends a unit; gives where it begins.
  std::uint64_t add_unit(const FakeEntry& first, UnitType type = UnitType::compile, std::uint64_t id = 0) {
    const std::uint64_t begin = info_.size();
    std::string unit;
    const std::uint64_t table = abbrev_.size();
    put(unit, version, 2);
    if (version >= 5) {
      put(unit, static_cast<std::uint64_t>(type), 1);
      put(unit, 8, 1);
      put(unit, table, 4);
      if (type == UnitType::skeleton || type == UnitType::split_compile) put(unit, id, 8);
    } else {
      put(unit, table, 4);
      put(unit, 8, 1);
    }
    next_code_ = 1;
    labels_.clear();
    references_.clear();
    append(unit, first);
    for (const auto& [at, label] : references_) {
      std::string number;
      put(number, labels_.at(label), 4);
      unit.replace(at, 4, number);
    }
    put_varint(abbrev_, 0);
    put(info_, unit.size(), 4);
    info_ += unit;
    return begin;
  }

  std::string& info() { return info_; }

  [[nodiscard]] Sections sections() const {
    Sections out;
    out.info = bytes_of(info_);
    out.abbrev = bytes_of(abbrev_);
    out.line = bytes_of(line);
    out.ranges = bytes_of(ranges);
    out.rnglists = bytes_of(rnglists);
    out.addr = bytes_of(addr);
    out.aranges = bytes_of(aranges);
    out.str = bytes_of(str);
    out.str_offsets = bytes_of(str_offsets);
    out.cu_index = bytes_of(cu_index);
    return out;
  }

 private:
  static constexpr std::uint64_t kLength = 4;  // of the unit, in front of it

  void append(std::string& unit, const FakeEntry& entry) {
    labels_[entry.label] = unit.size() + kLength;
    put_varint(unit, next_code_);
    describe(entry);
    for (const FakeAttribute& a : entry.attributes) append(unit, a);
    for (const FakeEntry& child : entry.children) append(unit, child);
    if (!entry.children.empty()) put_varint(unit, 0);
  }

  void append(std::string& unit, const FakeAttribute& a) {
    switch (a.form) {
      case Form::string:
        unit += a.text + '\0';
        break;
      case Form::ref4:
        references_.emplace_back(unit.size(), a.text);
        put(unit, 0, 4);
        break;
      case Form::udata:
      case Form::addrx:
      case Form::rnglistx:
        put_varint(unit, a.number);
        break;
      case Form::addr:
      case Form::data8:
        put(unit, a.number, 8);
        break;
      case Form::data2:
        put(unit, a.number, 2);
        break;
      default:
        put(unit, a.number, 4);
        break;
    }
  }

  // An abbreviation of its own for each entry.
  void describe(const FakeEntry& entry) {
    put_varint(abbrev_, next_code_++);
    put_varint(abbrev_, static_cast<std::uint64_t>(entry.tag));
    put(abbrev_, entry.children.empty() ? 0 : 1, 1);
    for (const FakeAttribute& a : entry.attributes) {
      put_varint(abbrev_, static_cast<std::uint64_t>(a.attribute));
      put_varint(abbrev_, static_cast<std::uint64_t>(a.form));
    }
    put(abbrev_, 0, 2);
  }

  std::string info_, abbrev_;
  std::uint64_t next_code_ = 1;
  std::map<std::string, std::uint64_t> labels_;
  std::vector<std::pair<std::size_t, std::string>> references_;
};

}  // namespace ajar::objfile::dwarf
