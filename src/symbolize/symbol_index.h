#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/symbol.h"
#include "objfile/elf.h"

namespace ajar::symbolize {

// The functions of one file by address. Keeps to the file's bytes, as the ElfFile does; that must outlive it.
class SymbolIndex {
 public:
  // Takes the full symbol table where the file has one, otherwise what it exports.
  explicit SymbolIndex(const objfile::ElfFile& elf);

  [[nodiscard]] bool empty() const { return symbols_.rows.empty(); }
  [[nodiscard]] bool full() const { return full_; }

  // The innermost function that covers the address (exact), else the closest one before it in the same
  // section of code (nearest). Of several names for one function, the one that a person expects.
  [[nodiscard]] std::optional<model::Symbol> find(std::uint64_t address) const;

 private:
  using Row = objfile::ElfSymbol;

  [[nodiscard]] const Row* covering(std::size_t end, std::uint64_t address) const;
  [[nodiscard]] std::string best_name(const Row& chosen, std::uint64_t address) const;

  const objfile::ElfFile* elf_;
  objfile::ElfSymbols symbols_;       // by address
  std::vector<std::uint64_t> reach_;  // up to this row, how far any symbol reaches
  bool full_ = false;
};

}  // namespace ajar::symbolize
