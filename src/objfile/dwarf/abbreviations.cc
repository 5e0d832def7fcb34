#include "objfile/dwarf/abbreviations.h"

#include <algorithm>
#include <limits>

namespace ajar::objfile::dwarf {
namespace {

// Units share tables or come with their own, in the order of the file: few are needed again later.
constexpr std::size_t kMostTables = 256;

template <typename Enum>
Enum read_number(base::ByteReader& in) {
  const std::uint64_t number = in.read_varint();
  return number > std::numeric_limits<std::uint16_t>::max() ? Enum{0xffff}
                                                            : Enum{static_cast<std::uint16_t>(number)};
}

}  // namespace

AbbreviationTable::AbbreviationTable(base::ByteReader in, const Encoding& encoding) : encoding_(encoding) {
  while (read_row(in)) {
  }
  std::ranges::stable_sort(rows_, {}, &Abbreviation::code);
}

bool AbbreviationTable::read_row(base::ByteReader& in) {
  Abbreviation row;
  row.code = in.read_varint();
  if (row.code == 0) return false;
  row.tag = read_number<Tag>(in);
  row.has_children = in.read<std::uint8_t>() != 0;
  row.first = static_cast<std::uint32_t>(attributes_.size());
  while (in.ok()) {
    AttributeForm next{.attribute = read_number<Attribute>(in), .form = read_number<Form>(in)};
    if (next.form == Form::implicit_const) next.implicit = in.read_signed_varint();
    if (next.attribute == Attribute::none && next.form == Form::none) break;
    row.has_sibling = row.has_sibling || next.attribute == Attribute::sibling;
    attributes_.push_back(next);
  }
  if (!in.ok()) return false;
  row.count = static_cast<std::uint32_t>(attributes_.size()) - row.first;
  plan_steps(row);
  rows_.push_back(row);
  return true;
}

void AbbreviationTable::plan_steps(Abbreviation& row) {
  row.first_step = static_cast<std::uint32_t>(steps_.size());
  Step step;
  for (const AttributeForm& next : attributes(row)) {
    const auto size = fixed_size(next.form, encoding_);
    if (size.has_value() && step.bytes <= std::numeric_limits<std::uint32_t>::max() - *size) {
      step.bytes += *size;
      continue;
    }
    step.then = next.form;
    steps_.push_back(step);
    step = {};
  }
  if (step.bytes > 0) steps_.push_back(step);
  row.step_count = static_cast<std::uint32_t>(steps_.size()) - row.first_step;
}

const Abbreviation* AbbreviationTable::find_out_of_order(std::uint64_t code) const {
  const auto row = std::ranges::lower_bound(rows_, code, {}, &Abbreviation::code);
  return row != rows_.end() && row->code == code ? &*row : nullptr;
}

std::shared_ptr<const AbbreviationTable> AbbreviationTables::at(Sections::Bytes abbrev, std::uint64_t offset,
                                                                const Encoding& encoding) {
  if (offset >= abbrev.size()) return nullptr;
  const Sections::Bytes rest = abbrev.subspan(static_cast<std::size_t>(offset));
  const Key key{.table = rest.data(),
                .encoding = static_cast<std::uint32_t>(encoding.version << 16U | encoding.address_size << 8U |
                                                       encoding.offset_size)};
  if (const auto known = tables_.find(key); known != tables_.end()) return known->second;
  if (tables_.size() >= kMostTables) tables_.clear();
  return tables_.emplace(key, std::make_shared<const AbbreviationTable>(base::ByteReader(rest), encoding))
      .first->second;
}

}  // namespace ajar::objfile::dwarf
