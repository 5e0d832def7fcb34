#pragma once

#include <cstdint>
#include <optional>

#include "model/symbol.h"
#include "objfile/go/line_table.h"
#include "symbolize/demangle.h"

namespace ajar::symbolize {

// What a Go program's own table says of an address; empty where that is in none of Go's functions. `symbol`
// is what the symbol table says of it: another function there counts for more.
model::SymbolChain go_chain(const objfile::go::LineTable& table, std::uint64_t address,
                            const std::optional<model::Symbol>& symbol, Demangler& demangled);

}  // namespace ajar::symbolize
