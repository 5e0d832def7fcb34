#include "objfile/dwarf/abbreviations.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace ajar::objfile::dwarf {
namespace {

// Units share tables or come with their own, in the order of the file: few are needed again later.
constexpr std::size_t kMostTables = 256;
constexpr std::uint32_t kMostInStep = 1U << 30U;  // bytes; nobody has so many attributes

template <typename Enum>
Enum read_number(base::ByteReader& in) {
  const std::uint64_t number = in.read_varint();
  return number > std::numeric_limits<std::uint16_t>::max() ? Enum{0xffff}
                                                            : Enum{static_cast<std::uint16_t>(number)};
}

// Entries in which there is no code. In classes there may be: that of a lambda is in its closure's class.
bool is_without_code(Tag tag) {
  switch (tag) {
    case Tag::array_type:
    case Tag::call_site:
    case Tag::enumeration_type:
    case Tag::gnu_call_site:
    case Tag::subroutine_type:
      return true;
    default:
      return false;
  }
}

bool is_named_around(Tag tag) {
  switch (tag) {
    case Tag::class_type:
    case Tag::name_space:
    case Tag::structure_type:
    case Tag::subprogram:
    case Tag::union_type:
      return true;
    default:
      return false;
  }
}

}  // namespace

AbbreviationTable::AbbreviationTable(base::ByteReader in, const Encoding& encoding) : encoding_(encoding) {
  while (read_row(in)) {
  }
  std::ranges::sort(rows_, {}, [](const Abbreviation& row) { return std::pair(row.code, row.first); });
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
    if (next.attribute == Attribute::none && next.form == Form::none) break;
    next.implicit =
        next.form == Form::implicit_const ? in.read_signed_varint() : 1;  // or a flag that is present
    const auto size = fixed_size(next.form, encoding_);
    if (size.has_value() && *size <= sizeof(std::uint64_t)) next.size = static_cast<std::uint8_t>(*size);
    attributes_.push_back(next);
  }
  if (!in.ok()) return false;
  row.count = static_cast<std::uint32_t>(attributes_.size()) - row.first;
  classify(row);
  plan_steps(row);
  rows_.push_back(row);
  return true;
}

void AbbreviationTable::classify(Abbreviation& row) const {
  const auto has = [&](Attribute attribute) {
    return std::ranges::find(attributes(row), attribute, &AttributeForm::attribute) != attributes(row).end();
  };
  const bool is_function = row.tag == Tag::subprogram || row.tag == Tag::inlined_subroutine;
  row.is_code = is_function && (has(Attribute::low_pc) || has(Attribute::ranges));
  // A declaration of a function has parameters only.
  const bool is_declaration = row.tag == Tag::subprogram && !row.is_code && has(Attribute::declaration);
  const bool is_empty = is_declaration || is_without_code(row.tag);
  row.is_closed = row.has_children && is_empty && has(Attribute::sibling);
  row.is_container = row.has_children && !row.is_closed && is_named_around(row.tag);
}

void AbbreviationTable::plan_steps(Abbreviation& row) {
  row.first_step = static_cast<std::uint32_t>(steps_.size());
  Step step;
  for (const AttributeForm& next : attributes(row)) {
    const bool is_only_step = row.first_step == steps_.size();
    if (next.attribute == Attribute::sibling && next.form == Form::ref4 && is_only_step)
      row.sibling_at = step.bytes;
    if (next.size != AttributeForm::kVariable && step.bytes <= kMostInStep) {
      step.bytes += next.size;
      continue;
    }
    step.then = next.form;
    steps_.push_back(step);
    step = {};
  }
  if (row.first_step == steps_.size()) row.bytes = step.bytes;
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
