#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ajar::model {

// How well `function` covers the address. A nearest symbol is a signpost, not an answer: the address lies
// beyond its end.
enum class SymbolMatch : std::uint8_t { none = 0, nearest = 1, exact = 2 };

struct Symbol {
  SymbolMatch match = SymbolMatch::none;
  bool inlined = false;
  std::string function;            // demangled
  std::uint64_t displacement = 0;  // bytes from the symbol's start; 0 as well where that is not known
  std::string file;                // empty where there is no line information
  std::uint32_t line = 0;

  bool operator==(const Symbol&) const = default;
};

// At one address: the inlined functions innermost first, then the function they were inlined into.
using SymbolChain = std::vector<Symbol>;

// What was found out about one module's addresses. The key is the looked-up address in the file: for a frame
// after a call, one less than its offset.
using ModuleSymbols = std::map<std::uint64_t, SymbolChain>;

// Puts the chain at the address, unless a better one is there: by how well its function (the last symbol)
// covers the address; of equals, one that has a line anywhere; of equals again, the new one. Says whether
// anything changed.
bool lay_over(ModuleSymbols& names, std::uint64_t address, SymbolChain chain);

// Whether a line is known of any of its symbols.
bool has_line(const SymbolChain& chain);

}  // namespace ajar::model
