#include "symbolize/symbol_index.h"

#include <algorithm>
#include <limits>
#include <ranges>
#include <string_view>
#include <tuple>

#include "symbolize/demangle.h"

namespace ajar::symbolize {
namespace {

using objfile::ElfBinding;
using objfile::ElfFile;
using objfile::ElfSymbol;

// How many symbols before an address are looked at for one that covers it. Functions lie side by side; only a
// file that was made to be slow has more between.
constexpr std::size_t kMostSteps = 1000;

std::uint64_t end_of(const ElfSymbol& symbol) {
  const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - symbol.address;
  return symbol.address + std::min(symbol.size, room);
}

bool covers(const ElfSymbol& symbol, std::uint64_t address) {
  return symbol.address <= address && address < end_of(symbol);
}

// "open64@@GLIBC_2.2.5" is open64 in one of its versions.
std::string_view without_version(std::string_view name) {
  return name.substr(0, name.find('@', 1));
}

// Names of C++ and Rust begin with an underscore that their programmers did not write.
std::size_t written_underscores(std::string_view name) {
  if (name.starts_with("_Z") || name.starts_with("_R")) return 0;
  return std::min(name.find_first_not_of('_'), name.size());
}

// The smaller, the more a person would expect it: libc's open is open, open64, __open, __open64 and some that
// only libc itself sees.
auto strangeness(const ElfSymbol& symbol, std::string_view name) {
  return std::tuple(symbol.kind == ElfSymbol::Kind::untyped, symbol.binding == ElfBinding::local,
                    written_underscores(name), name.size(), name);
}

}  // namespace

SymbolIndex::SymbolIndex(const ElfFile& elf, const ElfFile* more) {
  for (const objfile::ElfSection& section : elf.sections()) {
    if ((section.flags & objfile::ElfSection::executable) != 0)
      code_.push_back({.address = section.address, .size = section.size});
  }
  objfile::ElfSymbols symbols = elf.symbols(ElfFile::SymbolTable::full);
  full_ = !symbols.rows.empty();
  if (!full_) symbols = elf.symbols(ElfFile::SymbolTable::dynamic);
  names_ = symbols.names;
  add(symbols, false);
  if (!full_ && more != nullptr) {
    symbols = more->symbols(ElfFile::SymbolTable::full);
    more_names_ = symbols.names;
    full_ = !symbols.rows.empty();
    add(symbols, true);
  }
  sort();
}

SymbolIndex::SymbolIndex(const objfile::PeFile& pe) {
  for (const objfile::PeSection& section : pe.sections()) {
    if ((section.flags & (objfile::PeSection::code | objfile::PeSection::execute)) != 0)
      code_.push_back({.address = section.address, .size = section.memory_size});
  }
  std::vector<objfile::PeSymbol> symbols = pe.symbols();
  full_ = !symbols.empty();
  if (!full_) symbols = pe.exports();
  for (const objfile::PeSymbol& symbol : symbols) {
    Row row;
    row.address = symbol.address;
    row.size = symbol.size;
    row.name = static_cast<std::uint32_t>(own_names_.size());
    row.binding = symbol.local ? objfile::ElfBinding::local : objfile::ElfBinding::global;
    rows_.push_back(row);
    const auto name = std::as_bytes(std::span(symbol.name));
    own_names_.insert(own_names_.end(), name.begin(), name.end());
    own_names_.push_back(std::byte{0});
  }
  names_ = own_names_;
  sort();
}

void SymbolIndex::sort() {
  std::ranges::stable_sort(rows_, {}, &Row::address);
  reach_.reserve(rows_.size());
  std::uint64_t reach = 0;
  for (const Row& symbol : rows_) {
    reach = std::max(reach, end_of(symbol));
    reach_.push_back(reach);
  }
}

const SymbolIndex::Section* SymbolIndex::section_of(std::uint64_t address) const {
  const auto found = std::ranges::find_if(code_, [address](const Section& section) {
    return address >= section.address && address - section.address < section.size;
  });
  return found == code_.end() ? nullptr : &*found;
}

void SymbolIndex::add(const objfile::ElfSymbols& symbols, bool of_more) {
  rows_.reserve(rows_.size() + symbols.rows.size());
  for (const ElfSymbol& symbol : symbols.rows) rows_.push_back(Row{symbol, of_more});
}

std::string_view SymbolIndex::name(const Row& row) const {
  const std::span<const std::byte> names = row.of_more ? more_names_ : names_;
  return objfile::ElfSymbols{.rows = {}, .names = names}.name(row);
}

std::optional<model::Symbol> SymbolIndex::find(std::uint64_t address) const {
  const auto after = std::ranges::upper_bound(rows_, address, {}, &Row::address);
  const auto end = static_cast<std::size_t>(after - rows_.begin());
  const Section* section = section_of(address);
  if (end == 0 || section == nullptr) return std::nullopt;
  const Row* inside = covering(end, address);
  const Row* chosen = inside != nullptr ? inside : &rows_[end - 1];
  const bool is_begin = chosen->address == address && chosen->kind != ElfSymbol::Kind::untyped;
  model::Symbol symbol;
  symbol.match = inside != nullptr || is_begin ? model::SymbolMatch::exact : model::SymbolMatch::nearest;
  if (chosen->address < section->address) return std::nullopt;
  symbol.displacement = address - chosen->address;
  symbol.function = demangle(best_name(*chosen, address));
  if (symbol.function.empty()) return std::nullopt;
  return symbol;
}

// Among the rows before `end`.
const SymbolIndex::Row* SymbolIndex::covering(std::size_t end, std::uint64_t address) const {
  const std::size_t last = end > kMostSteps ? end - kMostSteps : 0;
  for (std::size_t i = end; i > last && reach_[i - 1] > address; --i) {
    if (covers(rows_[i - 1], address)) return &rows_[i - 1];
  }
  return nullptr;
}

// Among those that start where the chosen one does, and cover the address if it does.
std::string SymbolIndex::best_name(const Row& chosen, std::uint64_t address) const {
  const auto aliases = std::ranges::equal_range(rows_, chosen.address, {}, &Row::address);
  const bool exact = covers(chosen, address);
  const Row* best = nullptr;
  std::string_view best_name;
  for (const Row& alias : aliases | std::views::take(kMostSteps)) {
    if (exact && !covers(alias, address)) continue;
    const std::string_view name = without_version(this->name(alias));
    if (name.empty() || (best != nullptr && strangeness(alias, name) >= strangeness(*best, best_name)))
      continue;
    best = &alias;
    best_name = name;
  }
  return std::string(best_name);
}

}  // namespace ajar::symbolize
