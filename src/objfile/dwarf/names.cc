#include "objfile/dwarf/names.h"

#include <optional>

namespace ajar::objfile::dwarf {
namespace {

constexpr unsigned kMostHops = 16;  // an inlined copy, its origin, a declaration; LTO adds some
constexpr std::size_t kMostKnown = 1U << 16U;

// The unit of the entry that a reference from `unit` means; the entry becomes an offset of that unit's file.
std::shared_ptr<const Unit> unit_of(std::shared_ptr<const Unit> unit, Form form, std::uint64_t& entry) {
  switch (form) {
    case Form::ref_addr:
      return unit->home.units->around(entry);
    case Form::gnu_ref_alt:
    case Form::ref_sup4:
    case Form::ref_sup8:
      return unit->home.supplementary == nullptr ? nullptr : unit->home.supplementary->around(entry);
    default:
      entry += unit->begin;
      return is_in_unit(form) ? unit : nullptr;
  }
}

}  // namespace

struct Names::Description {
  std::string_view linkage_name, name;
  std::optional<Value> elsewhere;  // the entry that says more
};

Names::Description Names::describe(const Unit& unit, std::uint64_t entry, Work& work) {
  base::ByteReader in = unit.entries(entry);
  const Abbreviation* row = unit.abbreviations->find(in.read_varint());
  Description description;
  if (row == nullptr || !work.take(row->count)) return description;
  for (const AttributeForm& next : unit.abbreviations->attributes(*row)) {
    const Value value = read_value(in, next.form, unit.encoding, next.implicit);
    switch (next.attribute) {
      case Attribute::name:
        description.name = unit.text(value);
        break;
      case Attribute::linkage_name:
      case Attribute::mips_linkage_name:
        description.linkage_name = unit.text(value);
        break;
      case Attribute::abstract_origin:
      case Attribute::specification:
        description.elsewhere = value;
        break;
      default:
        break;
    }
  }
  return in.ok() ? description : Description();
}

std::string_view Names::of(const std::shared_ptr<const Unit>& unit, std::uint64_t entry, Work& work) {
  const std::byte* const key = unit->home.sections->info.data() + entry;
  if (const auto known = known_.find(key); known != known_.end()) return known->second;
  if (known_.size() >= kMostKnown) known_.clear();
  return known_.emplace(key, find(unit, entry, work)).first->second;
}

std::string_view Names::find(std::shared_ptr<const Unit> unit, std::uint64_t entry, Work& work) {
  std::string_view name;
  for (unsigned hops = 0; hops < kMostHops && unit != nullptr; ++hops) {
    const Description description = describe(*unit, entry, work);
    if (!description.linkage_name.empty()) return description.linkage_name;
    if (name.empty()) name = description.name;
    if (!description.elsewhere.has_value()) break;
    entry = description.elsewhere->number;
    unit = unit_of(std::move(unit), description.elsewhere->form, entry);
  }
  return name;
}

}  // namespace ajar::objfile::dwarf
