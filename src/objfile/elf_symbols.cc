#include <algorithm>

#include "objfile/elf.h"
#include "objfile/elf_fields.h"

namespace ajar::objfile {
namespace {

constexpr std::size_t kLongestSymbol = 64 * 1024;
constexpr std::uint16_t kUndefined = 0;           // SHN_UNDEF
constexpr std::uint16_t kFirstReserved = 0xff00;  // SHN_LORESERVE: absolute, common, "see another table"

struct RawSymbol {
  std::uint32_t name = 0;
  unsigned type = 0;
  unsigned binding = 0;
  std::uint16_t section = 0;
  std::uint64_t address = 0;
  std::uint64_t size = 0;
};

RawSymbol read_raw(base::ByteReader in, bool is_64) {
  RawSymbol raw;
  raw.name = in.read<std::uint32_t>();
  if (!is_64) {
    raw.address = in.read<std::uint32_t>();
    raw.size = in.read<std::uint32_t>();
  }
  const auto info = in.read<std::uint8_t>();
  raw.type = info & 0xfU;
  raw.binding = info >> 4U;
  in.skip(1);  // visibility
  raw.section = in.read<std::uint16_t>();
  if (is_64) {
    raw.address = in.read<std::uint64_t>();
    raw.size = in.read<std::uint64_t>();
  }
  return raw;
}

std::optional<ElfSymbol::Kind> kind_of(unsigned type) {
  switch (type) {
    case 0:
      return ElfSymbol::Kind::untyped;
    case 2:
      return ElfSymbol::Kind::function;
    case 10:
      return ElfSymbol::Kind::indirect_function;
    default:
      return std::nullopt;  // data, sections, files, thread-local storage
  }
}

// `.L…` is the compiler's, `$…` marks what an assembler put where.
bool is_local_label(std::span<const std::byte> names, std::uint64_t name) {
  base::ByteReader in(names);
  in.seek(name);
  const std::string_view start = in.text(std::min<std::uint64_t>(2, in.remaining()));
  return start == ".L" || start.starts_with('$');
}

bool lies_in(const ElfSection& section, std::uint64_t address) {
  return address >= section.address && address - section.address < section.size;
}

}  // namespace

std::string_view ElfSymbols::name(const ElfSymbol& symbol) const {
  return elf::text_at(names, symbol.name, kLongestSymbol);
}

std::optional<ElfFile::SymbolRows> ElfFile::symbol_rows(SymbolTable table) const {
  const std::uint32_t kind =
      table == SymbolTable::full ? ElfSection::symbol_table : ElfSection::dynamic_symbols;
  const auto found = std::ranges::find(sections_, kind, &ElfSection::kind);
  if (found == sections_.end() || found->link >= sections_.size()) return std::nullopt;
  if (header_.type == ElfType::relocatable) return std::nullopt;
  const std::uint64_t row_size = header_.is_64 ? 24 : 16;
  if (found->entry_size < row_size) return std::nullopt;
  return SymbolRows{
      .rows = contents(*found), .stride = found->entry_size, .names = contents(sections_[found->link])};
}

std::vector<ElfFile::Export> ElfFile::exports(std::span<const std::string_view> wanted) const {
  std::vector<Export> found(wanted.size());
  const auto table = symbol_rows(SymbolTable::dynamic);
  if (!table) return found;
  base::ByteReader rows(table->rows);
  while (rows.remaining() >= table->stride) {
    const RawSymbol raw = read_raw(base::ByteReader(rows.bytes(table->stride)), header_.is_64);
    if (raw.section == kUndefined || raw.section >= kFirstReserved) continue;
    const std::string_view name = elf::text_at(table->names, raw.name, kLongestSymbol);
    const auto at = std::ranges::find(wanted, name);
    if (at != wanted.end())
      found[static_cast<std::size_t>(at - wanted.begin())] = {.address = raw.address, .size = raw.size};
  }
  return found;
}

ElfSymbols ElfFile::symbols(SymbolTable table) const {
  ElfSymbols symbols;
  const auto all = symbol_rows(table);
  if (!all) return symbols;
  symbols.names = all->names;
  base::ByteReader rows(all->rows);
  while (rows.remaining() >= all->stride) {
    const auto symbol = read_symbol(rows.bytes(all->stride), symbols.names);
    if (symbol.has_value()) symbols.rows.push_back(*symbol);
  }
  return symbols;
}

// Untyped symbols are labels in assembly, but also the linker's marks (`_end`, `__bss_start`) and the
// compiler's local labels. Only those inside their own section of code, with a name meant for people, are
// code's names; `_etext`, which stands at the end of its section, is not inside it.
std::optional<ElfSymbol> ElfFile::read_symbol(std::span<const std::byte> row,
                                              std::span<const std::byte> names) const {
  const RawSymbol raw = read_raw(base::ByteReader(row), header_.is_64);
  const auto kind = kind_of(raw.type);
  if (!kind.has_value() || raw.section == kUndefined || raw.name == 0) return std::nullopt;
  if (*kind == ElfSymbol::Kind::untyped) {
    if (raw.section >= kFirstReserved || raw.section >= sections_.size()) return std::nullopt;
    const ElfSection& section = sections_[raw.section];
    if ((section.flags & ElfSection::executable) == 0 || !lies_in(section, raw.address)) return std::nullopt;
    if (is_local_label(names, raw.name)) return std::nullopt;
  }
  return ElfSymbol{.address = raw.address,
                   .size = raw.size,
                   .name = raw.name,
                   .kind = *kind,
                   .binding = ElfBinding{static_cast<std::uint8_t>(raw.binding)}};
}

}  // namespace ajar::objfile
