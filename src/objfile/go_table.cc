#include "objfile/go_table.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "objfile/elf_pointers.h"

namespace ajar::objfile {
namespace {

// The second one is that of position-independent programs.
constexpr std::array<std::string_view, 2> kSections = {".gopclntab", ".data.rel.ro.gopclntab"};
constexpr std::uint64_t kPointerSize = 8;
constexpr std::uint64_t kTextOfHeader = 24;  // since Go 1.18: where the header says where the code begins

// Words of runtime.moduledata (src/runtime/symtab.go) since Go 1.18.
constexpr std::uint64_t kNames = 1, kText = 22;

// Of `gofunc`; a word or two more or less in releases that are not known yet.
std::vector<std::uint64_t> words_of_trees(go::Layout layout) {
  if (layout == go::Layout::go_1_18) return {38};
  return {40, 41, 39, 42};
}

// Whether it may be one. Files without sections tell nothing.
bool may_be_go(const ElfFile& elf) {
  return elf.sections().empty() || go_table_section(elf) != nullptr ||
         std::ranges::any_of(elf.sections(), [](const ElfSection& section) {
           return section.name == ".gosymtab" || section.name.starts_with(".go.") ||
                  section.name.starts_with(".note.go.");
         });
}

// Where the table may be, by address.
std::vector<std::uint64_t> candidates(const ElfFile& elf) {
  if (const ElfSection* section = go_table_section(elf)) return {section->address};
  std::vector<std::uint64_t> found;
  for (const ElfSegment& segment : elf.segments()) {
    if (segment.kind != ElfSegment::load) continue;
    for_each_aligned_word(elf, segment, [&](std::uint64_t address, std::span<const std::byte> word) {
      if (go::LineTable::may_begin(word)) found.push_back(address);
    });
  }
  return found;
}

// The runtime's description of the program, by its address: it begins with where the table is, and where in
// it the names are.
std::optional<std::uint64_t> find_description(const ElfPointers& pointers, const go::LineTable& table,
                                              std::uint64_t address) {
  for (const std::uint64_t at : pointers.to(address)) {
    if (pointers.at(at + kNames * kPointerSize) == address + table.names_at()) return at;
  }
  return std::nullopt;
}

void add_trees(const ElfFile& elf, const ElfPointers& pointers, std::uint64_t description,
               go::LineTable& table) {
  for (const std::uint64_t word : words_of_trees(table.layout())) {
    const auto trees = pointers.at(description + word * kPointerSize);
    if (trees.has_value() && table.set_trees(bytes_from(elf, *trees))) return;
  }
}

std::optional<go::LineTable> table_at(const ElfFile& elf, const ElfPointers& pointers,
                                      std::uint64_t address) {
  std::optional<go::LineTable> table = go::LineTable::parse(bytes_from(elf, address));
  if (!table.has_value() || table->layout() < go::Layout::go_1_18 || !elf.header().is_64) return table;
  const auto description = find_description(pointers, *table, address);
  std::uint64_t text = pointers.at(address + kTextOfHeader).value_or(0);
  if (text == 0 && description.has_value())
    text = pointers.at(*description + kText * kPointerSize).value_or(0);
  if (text != 0) table->set_text(text);
  if (description.has_value()) add_trees(elf, pointers, *description, *table);
  return table;
}

}  // namespace

const ElfSection* go_table_section(const ElfFile& elf) {
  for (const std::string_view name : kSections) {
    if (const ElfSection* section = elf.section(name)) return section;
  }
  return nullptr;
}

std::optional<go::LineTable> find_go_table(const ElfFile& elf) {
  if (!may_be_go(elf)) return std::nullopt;
  const std::vector<std::uint64_t> addresses = candidates(elf);
  if (addresses.empty()) return std::nullopt;
  const ElfPointers pointers(elf);
  for (const std::uint64_t address : addresses) {
    if (auto table = table_at(elf, pointers, address)) return table;
  }
  return std::nullopt;
}

}  // namespace ajar::objfile
