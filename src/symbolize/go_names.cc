#include "symbolize/go_names.h"

#include <string>

namespace ajar::symbolize {

model::SymbolChain go_chain(const objfile::go::LineTable& table, std::uint64_t address,
                            const std::optional<model::Symbol>& symbol, Demangler& demangled) {
  const objfile::go::Chain places = table.find(address);
  model::SymbolChain chain;
  if (places.empty()) return chain;
  const std::uint64_t begin = places.back().begin;
  const bool is_other = symbol.has_value() && symbol->match == model::SymbolMatch::exact &&
                        address - symbol->displacement != begin;
  if (is_other) return chain;
  for (const objfile::go::Place& place : places) {
    chain.push_back({.match = model::SymbolMatch::exact,
                     .inlined = place.inlined,
                     .function = demangled(place.function),
                     .displacement = place.inlined ? 0 : address - begin,
                     .file = std::string(place.file),
                     .line = place.line});
  }
  return chain;
}

}  // namespace ajar::symbolize
