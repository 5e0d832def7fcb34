#include "model/symbol.h"

#include <algorithm>
#include <compare>
#include <utility>

namespace ajar::model {
namespace {

// How much a chain tells.
struct Worth {
  SymbolMatch match = SymbolMatch::none;
  bool has_line = false;

  auto operator<=>(const Worth&) const = default;
};

Worth worth(const SymbolChain& chain) {
  if (chain.empty()) return {};
  return {.match = chain.back().match, .has_line = has_line(chain)};
}

}  // namespace

bool has_line(const SymbolChain& chain) {
  return std::ranges::any_of(chain, [](const Symbol& symbol) { return symbol.line != 0; });
}

bool lay_over(ModuleSymbols& names, std::uint64_t address, SymbolChain chain) {
  const auto [at, is_new] = names.try_emplace(address);
  if (!is_new && (worth(chain) < worth(at->second) || at->second == chain)) return false;
  at->second = std::move(chain);
  return true;
}

}  // namespace ajar::model
