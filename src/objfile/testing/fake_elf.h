#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

// For tests: an ELF file made of values.
namespace ajar::objfile {

inline void append_number(std::string& out, std::uint64_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i) out += static_cast<char>(i < 8 ? value >> (8 * i) & 0xffU : 0);
}

inline std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

struct FakeElf {
  struct Segment {
    std::uint32_t kind = 1;
    std::uint32_t flags = 5;
    std::uint64_t address = 0;
    std::uint64_t alignment = 4;
    std::string contents = {};
  };
  struct Section {
    std::string name = {};
    std::uint32_t kind = 1;
    std::uint64_t flags = 0;
    std::uint64_t address = 0;
    std::string contents = {};
    std::uint32_t link = 0;
    std::uint64_t entry_size = 0;
  };
  struct Symbol {
    std::string name = {};
    unsigned type = 2;     // function
    unsigned binding = 1;  // global
    std::uint16_t section = 1;
    std::uint64_t address = 0;
    std::uint64_t size = 0;
  };

  bool is_64 = true;
  std::uint16_t type = 3;  // shared
  std::uint16_t machine = 62;
  std::vector<Segment> segments;
  std::vector<Section> sections;  // the first gets number 1

  // Adds a symbol table of that kind (2 full, 11 dynamic) with its names.
  void add_symbols(std::uint32_t kind, const std::vector<Symbol>& symbols) {
    std::string names(1, '\0');
    std::string rows;
    for (const Symbol& s : symbols) {
      append_symbol(rows, s, names.size());
      names += s.name + '\0';
    }
    const auto names_number = static_cast<std::uint32_t>(sections.size() + 2);
    sections.push_back(Section{.name = kind == 2 ? ".symtab" : ".dynsym",
                               .kind = kind,
                               .contents = rows,
                               .link = names_number,
                               .entry_size = is_64 ? 24U : 16U});
    sections.push_back(Section{.name = kind == 2 ? ".strtab" : ".dynstr", .kind = 3, .contents = names});
  }

  // One note, as the linker writes it.
  static std::string note(std::uint32_t type, const std::string& contents) {
    std::string out;
    append_number(out, 4, 4);
    append_number(out, contents.size(), 4);
    append_number(out, type, 4);
    out += std::string("GNU\0", 4) + contents;
    out.resize((out.size() + 3) / 4 * 4);
    return out;
  }

  // The file: header, contents, segment table, section table.
  [[nodiscard]] std::string build() const {
    const unsigned word = is_64 ? 8 : 4;
    const std::size_t header_size = is_64 ? 64 : 52;
    std::string names(1, '\0');
    std::string contents;
    std::string segment_rows;
    std::string section_rows(is_64 ? 64 : 40, '\0');
    for (const Segment& s : segments) {
      append_segment(segment_rows, s, header_size + contents.size());
      contents += s.contents;
    }
    std::vector<Section> all = sections;
    std::string all_names(1, '\0');
    for (const Section& s : sections) all_names += s.name + '\0';
    all.push_back(Section{.name = ".shstrtab", .kind = 3, .contents = all_names + ".shstrtab" + '\0'});
    for (const Section& s : all) {
      append_section(section_rows, s, names.size(), header_size + contents.size());
      names += s.name + '\0';
      contents += s.contents;
    }

    std::string out =
        "\x7f"
        "ELF";
    out += is_64 ? '\2' : '\1';
    out += "\1\1";
    out.resize(16);
    append_number(out, type, 2);
    append_number(out, machine, 2);
    append_number(out, 1, 4);
    append_number(out, 0x1000, word);
    append_number(out, header_size + contents.size(), word);
    append_number(out, header_size + contents.size() + segment_rows.size(), word);
    append_number(out, 0, 4);
    append_number(out, header_size, 2);
    append_number(out, is_64 ? 56 : 32, 2);
    append_number(out, segments.size(), 2);
    append_number(out, is_64 ? 64 : 40, 2);
    append_number(out, all.size() + 1, 2);
    append_number(out, all.size(), 2);
    return out + contents + segment_rows + section_rows;
  }

 private:
  void append_symbol(std::string& out, const Symbol& s, std::size_t name) const {
    append_number(out, name, 4);
    if (!is_64) append_number(out, s.address, 4);
    if (!is_64) append_number(out, s.size, 4);
    append_number(out, s.binding << 4U | s.type, 1);
    append_number(out, 0, 1);
    append_number(out, s.section, 2);
    if (is_64) append_number(out, s.address, 8);
    if (is_64) append_number(out, s.size, 8);
  }

  void append_segment(std::string& out, const Segment& s, std::size_t offset) const {
    const unsigned word = is_64 ? 8 : 4;
    append_number(out, s.kind, 4);
    if (is_64) append_number(out, s.flags, 4);
    append_number(out, offset, word);
    append_number(out, s.address, word);
    append_number(out, s.address, word);
    append_number(out, s.contents.size(), word);
    append_number(out, s.contents.size(), word);
    if (!is_64) append_number(out, s.flags, 4);
    append_number(out, s.alignment, word);
  }

  void append_section(std::string& out, const Section& s, std::size_t name, std::size_t offset) const {
    const unsigned word = is_64 ? 8 : 4;
    append_number(out, name, 4);
    append_number(out, s.kind, 4);
    append_number(out, s.flags, word);
    append_number(out, s.address, word);
    append_number(out, offset, word);
    append_number(out, s.contents.size(), word);
    append_number(out, s.link, 4);
    append_number(out, 0, 4);
    append_number(out, 1, word);
    append_number(out, s.entry_size, word);
  }
};

}  // namespace ajar::objfile
