#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "objfile/testing/fake_elf.h"

// For tests: a PE image made of values.
namespace ajar::objfile {

struct FakePe {
  struct Section {
    std::string name = {};
    std::uint32_t address = 0;  // RVA
    std::string contents = {};
    std::uint32_t flags = 0x6000'0020;  // code
    std::uint32_t memory_size = 0;      // 0: as in the file
  };
  struct Symbol {
    std::string name = {};
    std::uint32_t value = 0;
    std::uint16_t section = 1;
    std::uint16_t type = 0x20;  // function
    std::uint8_t storage = 2;   // external
    std::uint8_t more_rows = 0;
  };
  struct Directory {
    std::uint32_t address = 0;
    std::uint32_t size = 0;
  };
  struct Export {
    std::uint32_t address = 0;  // RVA
    std::vector<std::string> names = {};
    std::string forwarder = {};
  };

  bool is_64 = true;
  std::uint16_t machine = 0x8664;
  std::uint32_t timestamp = 0x5f00'0001;
  std::uint32_t size_of_image = 0x9000;
  std::uint64_t image_base = 0x1'8000'0000;
  std::uint32_t entry = 0x1010;
  std::array<Directory, 16> directories{};
  std::vector<Section> sections;
  std::vector<Symbol> symbols;

  // The section of what is exported, and the directory that points to it.
  void add_exports(std::uint32_t rva, std::uint32_t ordinal_base, const std::vector<Export>& exports) {
    std::uint32_t name_count = 0;
    for (const Export& e : exports) name_count += static_cast<std::uint32_t>(e.names.size());
    const auto count = static_cast<std::uint32_t>(exports.size());
    const std::uint32_t addresses = rva + 40;
    const std::uint32_t names = addresses + 4 * count;
    const std::uint32_t ordinals = names + 4 * name_count;
    std::uint32_t text_at = ordinals + 2 * name_count;
    std::string texts, address_rows, name_rows, ordinal_rows;
    const auto add_text = [&](const std::string& text) {
      texts += text + '\0';
      const std::uint32_t at = text_at;
      text_at += static_cast<std::uint32_t>(text.size() + 1);
      return at;
    };
    for (std::uint32_t i = 0; i < count; ++i) {
      append_number(address_rows,
                    exports[i].forwarder.empty() ? exports[i].address : add_text(exports[i].forwarder), 4);
      for (const std::string& name : exports[i].names) {
        append_number(name_rows, add_text(name), 4);
        append_number(ordinal_rows, i, 2);
      }
    }
    std::string all(16, '\0');
    for (const std::uint32_t number : {ordinal_base, count, name_count, addresses, names, ordinals})
      append_number(all, number, 4);
    all += address_rows + name_rows + ordinal_rows + texts;
    directories[0] = {rva, static_cast<std::uint32_t>(all.size())};
    sections.push_back({.name = ".edata", .address = rva, .contents = all, .flags = 0x4000'0040});
  }

  // The file: headers, contents, symbols, long names.
  [[nodiscard]] std::string build() const {
    std::string names(4, '\0');
    std::string symbol_rows;
    for (const Symbol& s : symbols) append_symbol(symbol_rows, s, names);
    std::string section_rows;
    std::string contents;
    const std::size_t head = 0x40 + 4 + 20 + optional_size() + 40 * sections.size();
    for (const Section& s : sections) {
      append_section(section_rows, s, names, head + contents.size());
      contents += s.contents;
    }
    std::string size;
    append_number(size, names.size(), 4);
    names.replace(0, size.size(), size);

    std::string out = "MZ";
    out.resize(0x3c);
    append_number(out, 0x40, 4);
    out += std::string("PE\0\0", 4);
    append_number(out, machine, 2);
    append_number(out, sections.size(), 2);
    append_number(out, timestamp, 4);
    append_number(out, head + contents.size(), 4);
    append_number(out, symbol_rows.size() / 18, 4);
    append_number(out, optional_size(), 2);
    append_number(out, 0x2022, 2);
    append_optional(out);
    return out + section_rows + contents + symbol_rows + names;
  }

 private:
  [[nodiscard]] std::size_t optional_size() const { return (is_64 ? 112 : 96) + 8 * directories.size(); }

  void append_optional(std::string& out) const {
    const std::size_t start = out.size();
    append_number(out, is_64 ? 0x20b : 0x10b, 2);
    out.resize(start + 16);
    append_number(out, entry, 4);
    out.resize(start + (is_64 ? 24 : 28));
    append_number(out, image_base, is_64 ? 8 : 4);
    out.resize(start + 56);
    append_number(out, size_of_image, 4);
    out.resize(start + (is_64 ? 108 : 92));
    append_number(out, directories.size(), 4);
    for (const Directory& d : directories) {
      append_number(out, d.address, 4);
      append_number(out, d.size, 4);
    }
  }

  static void append_section(std::string& out, const Section& s, std::string& names, std::size_t offset) {
    std::string field = s.name;
    if (field.size() > 8) {
      field = "/" + std::to_string(names.size());
      names += s.name + '\0';
    }
    field.resize(8);
    out += field;
    append_number(out, s.memory_size == 0 ? s.contents.size() : s.memory_size, 4);
    append_number(out, s.address, 4);
    append_number(out, s.contents.size(), 4);
    append_number(out, offset, 4);
    append_number(out, 0, 8);
    append_number(out, 0, 4);
    append_number(out, s.flags, 4);
  }

  static void append_symbol(std::string& out, const Symbol& s, std::string& names) {
    std::string field = s.name;
    if (field.size() > 8) {
      field.clear();
      append_number(field, 0, 4);
      append_number(field, names.size(), 4);
      names += s.name + '\0';
    }
    field.resize(8);
    out += field;
    append_number(out, s.value, 4);
    append_number(out, s.section, 2);
    append_number(out, s.type, 2);
    append_number(out, s.storage, 1);
    append_number(out, s.more_rows, 1);
    out.resize(out.size() + std::size_t{18} * s.more_rows, '\x7f');
  }
};

}  // namespace ajar::objfile
