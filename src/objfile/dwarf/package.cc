#include "objfile/dwarf/package.h"

#include "base/byte_reader.h"

namespace ajar::objfile::dwarf {
namespace {

// DW_SECT_… numbers; 8 is .debug_rnglists since version 5, .debug_macro before.
enum class Column : std::uint32_t { info = 1, abbrev = 3, line = 4, str_offsets = 6, rnglists = 8 };

struct Index {
  std::uint16_t version = 0;
  std::uint32_t columns = 0, units = 0, slots = 0;
  std::uint64_t hashes = 0, rows = 0, offsets = 0;  // where these tables begin
};

constexpr std::uint16_t kOldVersion = 2;
constexpr std::uint16_t kNewVersion = 5;

std::optional<Index> read_index(base::ByteReader in) {
  Index index;
  // Version 5 made two bytes of it, and two of padding.
  index.version = static_cast<std::uint16_t>(in.read<std::uint32_t>());
  index.columns = in.read<std::uint32_t>();
  index.units = in.read<std::uint32_t>();
  index.slots = in.read<std::uint32_t>();
  index.hashes = in.position();
  index.rows = index.hashes + std::uint64_t{index.slots} * sizeof(std::uint64_t);
  index.offsets = index.rows + std::uint64_t{index.slots} * sizeof(std::uint32_t);
  const bool known = index.version == kOldVersion || index.version == kNewVersion;
  if (!in.ok() || !known || index.slots == 0 || (index.slots & (index.slots - 1)) != 0) return std::nullopt;
  return index;
}

template <typename T>
T read_at(Sections::Bytes table, std::uint64_t offset) {
  base::ByteReader in(table);
  in.seek(offset);
  return in.read<T>();
}

// The row (from 1) of the unit; 0 where there is none.
std::uint32_t find_row(Sections::Bytes table, const Index& index, std::uint64_t id) {
  const std::uint32_t mask = index.slots - 1;
  auto slot = static_cast<std::uint32_t>(id) & mask;
  const std::uint32_t step = (static_cast<std::uint32_t>(id >> 32U) & mask) | 1U;
  for (std::uint32_t tries = 0; tries < index.slots; ++tries) {
    const auto row = read_at<std::uint32_t>(table, index.rows + std::uint64_t{slot} * sizeof(std::uint32_t));
    if (row == 0) return 0;
    if (read_at<std::uint64_t>(table, index.hashes + std::uint64_t{slot} * sizeof(std::uint64_t)) == id)
      return row;
    slot = (slot + step) & mask;
  }
  return 0;
}

void take(Contribution& contribution, Column column, std::uint64_t offset, std::uint16_t version) {
  switch (column) {
    case Column::info:
      contribution.info = offset;
      break;
    case Column::abbrev:
      contribution.abbrev = offset;
      break;
    case Column::line:
      contribution.line = offset;
      break;
    case Column::str_offsets:
      contribution.str_offsets = offset;
      break;
    case Column::rnglists:
      if (version == kNewVersion) contribution.rnglists = offset;
      break;
  }
}

}  // namespace

std::optional<Contribution> find_in_package(const Sections& package, std::uint64_t id) {
  const auto index = read_index(base::ByteReader(package.cu_index));
  if (!index.has_value()) return std::nullopt;
  const std::uint32_t row = find_row(package.cu_index, *index, id);
  if (row == 0 || row > index->units) return std::nullopt;
  Contribution contribution;
  base::ByteReader names(package.cu_index), offsets(package.cu_index);
  names.seek(index->offsets);
  offsets.seek(index->offsets + std::uint64_t{row} * index->columns * sizeof(std::uint32_t));
  for (std::uint32_t i = 0; i < index->columns && names.ok(); ++i) {
    const auto column = Column{names.read<std::uint32_t>()};
    take(contribution, column, offsets.read<std::uint32_t>(), index->version);
  }
  return offsets.ok() ? std::optional(contribution) : std::nullopt;
}

}  // namespace ajar::objfile::dwarf
