#include "objfile/dwarf/unit.h"

#include "objfile/dwarf/units.h"

namespace ajar::objfile::dwarf {
namespace {

constexpr std::uint16_t kOldest = 2, kNewest = 5;
constexpr std::uint16_t kUnitsHaveTypes = 5;

std::string_view c_string_at(Sections::Bytes section, std::uint64_t offset) {
  base::ByteReader in(section);
  in.seek(offset);
  return in.c_string();
}

std::string_view indexed_text(const Unit& unit, std::uint64_t index) {
  const Encoding& encoding = unit.encoding;
  // Version 5 puts a header before the offsets, over which the base leads; split units do without saying so.
  const bool has_header = encoding.version >= kUnitsHaveTypes && unit.is_split();
  const std::uint64_t header = has_header ? 2ULL * encoding.offset_size : 0;
  const std::uint64_t base = unit.str_offsets_base.value_or(header) + unit.home.contribution.str_offsets;
  base::ByteReader in(unit.home.sections->str_offsets);
  if (index >= unit.home.sections->str_offsets.size()) return {};
  in.seek(base + index * encoding.offset_size);
  const std::uint64_t offset = read_sized(in, encoding.offset_size);
  return in.ok() ? c_string_at(unit.home.sections->str, offset) : std::string_view();
}

std::optional<std::uint64_t> indexed_address(const Unit& unit, std::uint64_t index) {
  const Sections::Bytes table = unit.home.main->addr;
  if (!unit.addr_base.has_value() || index >= table.size()) return std::nullopt;
  base::ByteReader in(table);
  in.seek(*unit.addr_base + index * unit.encoding.address_size);
  const std::uint64_t address = read_sized(in, unit.encoding.address_size);
  return in.ok() ? std::optional(address) : std::nullopt;
}

bool is_size(std::uint8_t address_size) {
  return address_size == sizeof(std::uint32_t) || address_size == sizeof(std::uint64_t);
}

// Up to the first entry; gives the offset of the abbreviations.
std::optional<std::uint64_t> read_header(base::ByteReader& in, Unit& unit) {
  const std::uint64_t length = read_length(in, unit.encoding.offset_size);
  if (length > in.remaining()) return std::nullopt;
  unit.end = in.position() + length;
  unit.encoding.version = in.read<std::uint16_t>();
  if (unit.encoding.version < kOldest || unit.encoding.version > kNewest) return std::nullopt;
  unit.type = UnitType::compile;
  std::uint64_t abbrev = 0;
  if (unit.encoding.version >= kUnitsHaveTypes) {
    unit.type = UnitType{in.read<std::uint8_t>()};
    unit.encoding.address_size = in.read<std::uint8_t>();
    abbrev = read_sized(in, unit.encoding.offset_size);
  } else {
    abbrev = read_sized(in, unit.encoding.offset_size);
    unit.encoding.address_size = in.read<std::uint8_t>();
  }
  if (unit.type == UnitType::skeleton || unit.type == UnitType::split_compile) {
    unit.split_id = in.read<std::uint64_t>();
  } else if (unit.type == UnitType::type || unit.type == UnitType::split_type) {
    in.skip(sizeof(std::uint64_t));  // the type's signature and where it is
    in.skip(unit.encoding.offset_size);
  }
  unit.first_entry = in.position();
  if (!in.ok() || !is_size(unit.encoding.address_size) || unit.first_entry > unit.end) return std::nullopt;
  return abbrev;
}

// Those of the first entry. Texts wait until all is known that finds them.
struct Texts {
  std::optional<Value> folder, split_name;
};

void take(Unit& unit, Texts& texts, Attribute attribute, const Value& value) {
  switch (attribute) {
    case Attribute::comp_dir:
      texts.folder = value;
      break;
    case Attribute::dwo_name:
    case Attribute::gnu_dwo_name:
      texts.split_name = value;
      break;
    case Attribute::gnu_dwo_id:
      unit.split_id = value.number;
      break;
    case Attribute::stmt_list:
      unit.line_program = value.number;
      break;
    case Attribute::language:
      unit.language = Language{static_cast<std::uint16_t>(value.number)};
      break;
    case Attribute::low_pc:
      unit.low_pc = value;
      break;
    case Attribute::high_pc:
      unit.high_pc = value;
      break;
    case Attribute::ranges:
      unit.ranges = value;
      break;
    case Attribute::str_offsets_base:
      unit.str_offsets_base = value.number;
      break;
    case Attribute::addr_base:
    case Attribute::gnu_addr_base:
      unit.addr_base = value.number;
      break;
    case Attribute::rnglists_base:
      unit.rnglists_base = value.number;
      break;
    case Attribute::gnu_ranges_base:
      unit.split_ranges_base = value.number;
      break;
    default:
      break;
  }
}

bool read_first_entry(base::ByteReader& in, Unit& unit) {
  const Abbreviation* row = unit.abbreviations->find(in.read_varint());
  if (row == nullptr) return false;
  Texts texts;
  for (const AttributeForm& next : unit.abbreviations->attributes(*row)) {
    take(unit, texts, next.attribute, unit.abbreviations->read(in, next));
  }
  unit.folder = texts.folder.has_value() ? unit.text(*texts.folder) : std::string_view();
  unit.split_name = texts.split_name.has_value() ? unit.text(*texts.split_name) : std::string_view();
  return in.ok();
}

}  // namespace

base::ByteReader Unit::entries(std::uint64_t offset) const {
  base::ByteReader in(home.sections->info.first(static_cast<std::size_t>(end)));
  in.seek(offset);
  return in;
}

std::string_view Unit::text(const Value& value) const {
  switch (value.form) {
    case Form::string:
      return value.text;
    case Form::strp:
      return c_string_at(home.sections->str, value.number);
    case Form::line_strp:
      return c_string_at(home.sections->line_str, value.number);
    case Form::strp_sup:
    case Form::gnu_strp_alt:
      return home.supplementary == nullptr ? std::string_view()
                                           : c_string_at(home.supplementary->sections().str, value.number);
    case Form::strx:
    case Form::strx1:
    case Form::strx2:
    case Form::strx3:
    case Form::strx4:
    case Form::gnu_str_index:
      return indexed_text(*this, value.number);
    default:
      return {};
  }
}

std::optional<std::uint64_t> Unit::address(const Value& value) const {
  switch (value.form) {
    case Form::addr:
      return value.number;
    case Form::addrx:
    case Form::addrx1:
    case Form::addrx2:
    case Form::addrx3:
    case Form::addrx4:
    case Form::gnu_addr_index:
      return indexed_address(*this, value.number);
    default:
      return std::nullopt;
  }
}

std::uint64_t Unit::base_address() const {
  return low_pc.has_value() ? address(*low_pc).value_or(0) : 0;
}

std::optional<Unit> read_unit(const Home& home, std::uint64_t offset, AbbreviationTables& tables) {
  Unit unit;
  unit.home = home;
  unit.begin = offset;
  base::ByteReader in(home.sections->info);
  in.seek(offset);
  const auto abbrev = read_header(in, unit);
  if (!abbrev.has_value()) return std::nullopt;
  unit.abbreviations = tables.at(home.sections->abbrev, *abbrev + home.contribution.abbrev, unit.encoding);
  base::ByteReader first = unit.entries(unit.first_entry);
  if (unit.abbreviations == nullptr || !read_first_entry(first, unit)) return std::nullopt;
  return unit;
}

}  // namespace ajar::objfile::dwarf
