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
  std::uint32_t ordinal_base = 0, functions = 0, names = 0;                  // the latter: how many
  std::uint32_t function_table = 0, name_table = 0, name_ordinal_table = 0;  // RVAs
};

ExportDirectory read_directory(base::ByteReader in) {
  constexpr std::uint64_t kBeforeBase = 16;
  in.skip(kBeforeBase);
  ExportDirectory directory;
  directory.ordinal_base = in.read<std::uint32_t>();
  directory.functions = in.read<std::uint32_t>();
  directory.names = in.read<std::uint32_t>();
  directory.function_table = in.read<std::uint32_t>();
  directory.name_table = in.read<std::uint32_t>();
  directory.name_ordinal_table = in.read<std::uint32_t>();
  return in.ok() ? directory : ExportDirectory();
}

// Which function of the table a name is for.
struct NameOf {
  std::uint16_t index = 0;
  std::uint32_t text = 0;  // RVA
};

std::vector<NameOf> read_names(std::uint32_t count, base::ByteReader names, base::ByteReader indices) {
  std::vector<NameOf> all;
  for (std::uint32_t i = 0; i < count; ++i) {
    const NameOf name{.index = indices.read<std::uint16_t>(), .text = names.read<std::uint32_t>()};
    if (!names.ok() || !indices.ok()) break;
    all.push_back(name);
  }
  std::ranges::stable_sort(all, {}, &NameOf::index);
  return all;
}

}  // namespace

// Reads names until it has looked at some times the bytes of the file: a true file has no byte in many names.
class PeFile::Names {
 public:
  explicit Names(Bytes file) : left_(kTimes * file.size()) {}

  // The text that `bytes` begin with; empty where it has no end.
  std::string_view at(Bytes bytes) {
    const std::size_t limit = std::min({bytes.size(), kLongest, left_});
    const std::string_view text = base::ByteReader(bytes.first(limit)).c_string();
    left_ -= std::min(limit, text.size() + 1);
    if (text.empty()) left_ -= std::min(left_, limit);
    return text;
  }

 private:
  static constexpr std::size_t kTimes = 4;
  static constexpr std::size_t kLongest = std::size_t{64} * 1024;

  std::size_t left_;
};

std::vector<PeExport> PeFile::export_table() const {
  const Directory& place = directories_[static_cast<std::size_t>(Table::exports)];
  const ExportDirectory directory = read_directory(base::ByteReader(table(Table::exports)));
  const auto named = read_names(directory.names, base::ByteReader(mapped_at(directory.name_table)),
                                base::ByteReader(mapped_at(directory.name_ordinal_table)));
  base::ByteReader functions(mapped_at(directory.function_table));
  Names names(bytes_);
  std::vector<PeExport> rows;
  auto name = named.begin();
  for (std::uint32_t i = 0; i < directory.functions; ++i) {
    const auto address = functions.read<std::uint32_t>();
    if (!functions.ok()) break;
    PeExport row{.ordinal = directory.ordinal_base + i, .address = address, .name = {}, .forwarder = {}};
    // What would be in the directory itself is the text of a forwarder.
    if (address >= place.address && address - place.address < place.size) {
      row.address = 0;
      row.forwarder = names.at(mapped_at(address));
    }
    const auto first = rows.size();
    for (; name != named.end() && name->index == i; ++name) {
      row.name = names.at(mapped_at(name->text));
      if (address != 0) rows.push_back(row);
    }
    if (address != 0 && rows.size() == first) rows.push_back(row);
  }
  return rows;
}

std::vector<PeSymbol> PeFile::exports() const {
  std::vector<PeSymbol> rows;
  for (const PeExport& row : export_table()) {
    if (row.name.empty() || !row.forwarder.empty() || code_section(row.address) == nullptr) continue;
    rows.push_back({.address = row.address, .size = 0, .name = row.name, .local = false});
  }
  sort_by_address(rows);
  add_sizes(rows);
  return rows;
}

std::vector<PeSymbol> PeFile::symbols() const {
  const Bytes all =
      symbols_at_ == 0 ? Bytes() : bytes_at(symbols_at_, std::uint64_t{symbol_count_} * kSymbol);
  Names names(bytes_);
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
                    .name = symbol_name(name, names),
                    .local = storage == kStatic});
  }
  sort_by_address(rows);
  add_sizes(rows);
  return rows;
}

// Four zeros, then where the long name is; or up to eight bytes of name. Compilers for 32 bits put a
// character in front: `_main`, `@fastcall@4`.
std::string_view PeFile::symbol_name(Bytes field, Names& names) const {
  base::ByteReader in(field);
  std::string_view name;
  if (in.read<std::uint32_t>() == 0) {
    name = names.at(long_name(in.read<std::uint32_t>()));
  } else {
    name = {reinterpret_cast<const char*>(field.data()), field.size()};
    name = name.substr(0, name.find('\0'));
  }
  if (header_.machine == PeMachine::x86 && (name.starts_with('_') || name.starts_with('@')))
    name.remove_prefix(1);
  return name;
}

// Whether a row describes a further part of the function whose first part begins at `begin`
// (UNW_FLAG_CHAININFO, "x64 exception handling"): compilers cut functions in two where not all of their paths
// need all registers.
bool PeFile::goes_on_from(std::uint32_t begin, std::uint32_t description) const {
  constexpr unsigned kChained = 4;
  base::ByteReader in(mapped_at(description));
  const unsigned flags = in.read<std::uint8_t>() >> 3U;
  in.skip(1);  // the prologue's size
  const auto codes = in.read<std::uint8_t>();
  in.skip(1 + (codes + 1U) / 2 * sizeof(std::uint32_t));
  const auto first_part = in.read<std::uint32_t>();
  return in.ok() && (flags & kChained) != 0 && first_part == begin;
}

// RUNTIME_FUNCTION of x86-64: where a function begins, ends, and is described. The others have other tables.
std::vector<PeFile::Function> PeFile::functions() const {
  struct Row {
    std::uint32_t begin = 0, end = 0, description = 0;
  };
  std::vector<Row> rows;
  base::ByteReader in(header_.machine == PeMachine::x86_64 ? table(Table::exceptions) : Bytes());
  while (in.remaining() >= sizeof(Row)) {
    Row row;
    row.begin = in.read<std::uint32_t>();
    row.end = in.read<std::uint32_t>();
    row.description = in.read<std::uint32_t>();
    if (row.end > row.begin) rows.push_back(row);
  }
  std::ranges::stable_sort(rows, {}, &Row::begin);
  std::vector<Function> functions;
  for (const Row& row : rows) {
    Function* const last = functions.empty() ? nullptr : &functions.back();
    if (last != nullptr && last->end == row.begin && goes_on_from(last->begin, row.description)) {
      last->end = row.end;
    } else {
      functions.push_back({.begin = row.begin, .end = row.end});
    }
  }
  return functions;
}

void PeFile::add_sizes(std::vector<PeSymbol>& rows) const {
  const std::vector<Function> all = functions();
  auto function = all.begin();
  for (PeSymbol& row : rows) {
    while (function != all.end() && function->begin < row.address) ++function;
    if (function != all.end() && function->begin == row.address) row.size = function->end - function->begin;
  }
}

}  // namespace ajar::objfile
