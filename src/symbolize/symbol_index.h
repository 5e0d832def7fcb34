#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/symbol.h"
#include "objfile/elf.h"
#include "objfile/pe.h"

namespace ajar::symbolize {

// The functions of one file by address. Keeps to the bytes of the files, as an ElfFile does; these must
// outlive it.
class SymbolIndex {
 public:
  // Takes the full symbol table where the file has one, otherwise what it exports, and what the full table of
  // `more` adds to that (.gnu_debugdata leaves out what is exported).
  explicit SymbolIndex(const objfile::ElfFile& elf, const objfile::ElfFile* more = nullptr);

  // The same of a PE image: its COFF symbols, otherwise its exports. Addresses are RVAs.
  explicit SymbolIndex(const objfile::PeFile& pe);

  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] bool full() const { return full_; }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }

  // The innermost function that covers the address (exact), else the closest one before it in the same
  // section of code (nearest). Of several names for one function, the one that a person expects.
  [[nodiscard]] std::optional<model::Symbol> find(std::uint64_t address) const;

 private:
  struct Row : objfile::ElfSymbol {
    bool of_more = false;
  };

  // Code that lies together.
  struct Section {
    std::uint64_t address = 0, size = 0;
  };

  void add(const objfile::ElfSymbols& symbols, bool of_more);
  void sort();
  [[nodiscard]] const Section* section_of(std::uint64_t address) const;
  [[nodiscard]] std::string_view name(const Row& row) const;

  [[nodiscard]] const Row* covering(std::size_t end, std::uint64_t address) const;
  [[nodiscard]] std::string best_name(const Row& chosen, std::uint64_t address) const;

  std::vector<Section> code_;
  std::vector<std::byte> own_names_;  // of a PE image, whose names stand in many places
  std::span<const std::byte> names_, more_names_;
  std::vector<Row> rows_;             // by address
  std::vector<std::uint64_t> reach_;  // up to this row, how far any symbol reaches
  bool full_ = false;
};

}  // namespace ajar::symbolize
