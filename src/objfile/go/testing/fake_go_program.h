#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "objfile/go/testing/fake_line_table.h"
#include "objfile/testing/fake_elf.h"

// For tests: a Go program as the linker leaves it.
namespace ajar::objfile::go {

struct FakeGoProgram {
  enum class Pointers : std::uint8_t { plain, relocated };

  FakeLineTable table;
  std::string section = ".gopclntab";  // what the table's is called
  Pointers pointers = Pointers::plain;
  std::uint64_t table_address = 0x3000, trees_address = 0x2000, data_address = 0x5000;

  [[nodiscard]] FakeElf elf() const {
    FakeLineTable::Built built = table.build();
    std::string rows;
    std::string data(kWords * 8, '\0');
    const auto point = [&](std::uint64_t from, std::string& bytes, std::uint64_t at, std::uint64_t to) {
      std::string pointer;
      append_number(pointer, pointers == Pointers::plain ? to : 0, 8);
      bytes.replace(static_cast<std::size_t>(at), 8, pointer);
      if (pointers == Pointers::plain) return;
      append_number(rows, from + at, 8);
      append_number(rows, kRelative, 8);
      append_number(rows, to, 8);
    };
    const auto parsed = LineTable::parse(bytes_of(built.table));
    const std::uint64_t trees_word = table.layout == Layout::go_1_18 ? 38 : 40;
    point(data_address, data, kHeader * 8, table_address);
    point(data_address, data, (kHeader + 1) * 8, table_address + (parsed ? parsed->names_at() : 0));
    point(data_address, data, (kHeader + 22) * 8, table.text);
    point(data_address, data, (kHeader + trees_word) * 8, trees_address);
    point(table_address, built.table, 24, table.text);

    FakeElf elf;
    elf.segments.push_back({.flags = 4, .address = trees_address, .contents = built.trees});
    elf.segments.push_back(
        {.flags = 4, .address = table_address, .contents = std::string(64, 'r') + built.table});
    elf.segments.back().address -= 64;
    elf.segments.push_back({.flags = 6, .address = data_address, .contents = data});
    elf.sections.push_back(
        {.name = ".text", .flags = 6, .address = table.text, .contents = std::string(0x500, 't')});
    elf.sections.push_back({.name = section, .flags = 2, .address = table_address, .contents = built.table});
    elf.sections.push_back({.name = ".go.buildinfo", .flags = 3, .address = data_address});
    elf.sections.push_back({.name = ".rela.dyn", .kind = 4, .flags = 2, .contents = rows, .entry_size = 24});
    return elf;
  }

 private:
  static constexpr std::uint64_t kWords = 64, kHeader = 4;  // where the runtime's description is in the data
  static constexpr std::uint64_t kRelative = 8;             // R_X86_64_RELATIVE
};

}  // namespace ajar::objfile::go
