#include "import/printed_symbol.h"

#include <utility>

#include "base/number.h"

namespace ajar::import {

model::Symbol printed_symbol(std::string function, std::uint64_t displacement, std::string file,
                             std::uint32_t line, bool is_signpost) {
  // Functions are seldom longer: what is further behind a name is in another one, which has none.
  constexpr std::uint64_t kLongFunction = 0x1000;
  model::Symbol symbol;
  symbol.displacement = displacement;
  symbol.function = std::move(function);
  symbol.file = std::move(file);
  symbol.line = line;
  const bool is_near = is_signpost || displacement >= kLongFunction;
  symbol.match = is_near ? model::SymbolMatch::nearest : model::SymbolMatch::exact;
  if (is_near && displacement != 0) symbol.function += "+" + base::in_hex(displacement);
  return symbol;
}

}  // namespace ajar::import
