#include <algorithm>
#include <utility>

#include "base/byte_reader.h"
#include "objfile/pe.h"

namespace ajar::objfile {
namespace {

constexpr std::size_t kSymbol = 18;     // bytes in the COFF symbol table
constexpr std::uint16_t kFunction = 2;  // in the upper four bits of the type's lower byte
constexpr std::uint8_t kExternal = 2, kStatic = 3;

void sort_by_address(std::vector<PeSymbol>& rows) {
  std::ranges::sort(rows, {}, [](const PeSymbol& row) { return std::pair(row.address, row.name); });
}

struct ExportDirectory {
  std::uint32_t functions = 0, names = 0;                                    // how many
  std::uint32_t function_table = 0, name_table = 0, name_ordinal_table = 0;  // RVAs
};

ExportDirectory read_directory(base::ByteReader in) {
  constexpr std::uint64_t kBeforeCounts = 20;
  in.skip(kBeforeCounts);
  ExportDirectory directory;
  directory.functions = in.read<std::uint32_t>();
  directory.names = in.read<std::uint32_t>();
  directory.function_table = in.read<std::uint32_t>();
  directory.name_table = in.read<std::uint32_t>();
  directory.name_ordinal_table = in.read<std::uint32_t>();
  return in.ok() ? directory : ExportDirectory();
}

}  // namespace

std::vector<PeSymbol> PeFile::exports() const {
  const Directory& place = directories_[static_cast<std::size_t>(Table::exports)];
  const ExportDirectory directory = read_directory(base::ByteReader(table(Table::exports)));
  base::ByteReader names(mapped_at(directory.name_table));
  base::ByteReader ordinals(mapped_at(directory.name_ordinal_table));
  const Bytes functions = mapped_at(directory.function_table);
  std::vector<PeSymbol> rows;
  for (std::uint32_t i = 0; i < directory.names; ++i) {
    const std::string_view name = text_at(names.read<std::uint32_t>());
    const auto number = ordinals.read<std::uint16_t>();
    if (!names.ok() || !ordinals.ok()) break;
    base::ByteReader function(functions);
    function.seek(std::uint64_t{number} * sizeof(std::uint32_t));
    const auto address = function.read<std::uint32_t>();
    // What would be in the directory itself is the text of a forwarder.
    const bool is_forwarder = address >= place.address && address - place.address < place.size;
    if (!function.ok() || name.empty() || is_forwarder || code_section(address) == nullptr) continue;
    rows.push_back({.address = address, .size = 0, .name = name, .local = false});
  }
  sort_by_address(rows);
  add_sizes(rows);
  return rows;
}

std::vector<PeSymbol> PeFile::symbols() const {
  const Bytes all =
      symbols_at_ == 0 ? Bytes() : bytes_at(symbols_at_, std::uint64_t{symbol_count_} * kSymbol);
  std::vector<PeSymbol> rows;
  for (std::size_t at = 0; at + kSymbol <= all.size();) {
    base::ByteReader in(all.subspan(at, kSymbol));
    const Bytes name = in.bytes(2 * sizeof(std::uint32_t));
    const auto value = in.read<std::uint32_t>();
    const auto section = in.read<std::int16_t>();
    const auto type = in.read<std::uint16_t>();
    const auto storage = in.read<std::uint8_t>();
    at += kSymbol * (1U + in.read<std::uint8_t>());  // and what says more of it
    const bool is_function = (type >> 4U & 3U) == kFunction && (storage == kExternal || storage == kStatic);
    if (!is_function || section < 1 || static_cast<std::size_t>(section) > sections_.size()) continue;
    const std::uint64_t address =
        std::uint64_t{sections_[static_cast<std::size_t>(section) - 1].address} + value;
    if (code_section(address) == nullptr) continue;
    rows.push_back({.address = static_cast<std::uint32_t>(address),
                    .size = 0,
                    .name = symbol_name(name),
                    .local = storage == kStatic});
  }
  sort_by_address(rows);
  add_sizes(rows);
  return rows;
}

// Four zeros, then where the long name is; or up to eight bytes of name.
std::string_view PeFile::symbol_name(Bytes field) const {
  base::ByteReader in(field);
  if (in.read<std::uint32_t>() == 0) return long_name(in.read<std::uint32_t>());
  const std::string_view name(reinterpret_cast<const char*>(field.data()), field.size());
  return name.substr(0, name.find('\0'));
}

// RUNTIME_FUNCTION of x86-64: where a function begins, ends, and is described. The others have other tables.
void PeFile::add_sizes(std::vector<PeSymbol>& rows) const {
  if (header_.machine != PeMachine::x86_64) return;
  base::ByteReader in(table(Table::exceptions));
  while (in.remaining() > 0) {
    const auto begin = in.read<std::uint32_t>();
    const auto end = in.read<std::uint32_t>();
    in.skip(sizeof(std::uint32_t));
    if (!in.ok() || end <= begin) continue;
    const auto named = std::ranges::equal_range(rows, begin, {}, &PeSymbol::address);
    if (named.empty() || named.front().size != 0) continue;
    for (PeSymbol& row : named) row.size = end - begin;
  }
}

}  // namespace ajar::objfile
