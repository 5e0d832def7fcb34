#include "objfile/dwarf/names.h"

#include <optional>
#include <utility>

namespace ajar::objfile::dwarf {
namespace {

constexpr unsigned kMostHops = 16;  // an inlined copy, its origin, a declaration; LTO adds some
constexpr std::size_t kMostKnown = 1U << 16U;
constexpr std::size_t kMostUnits = 16;  // whose containers are kept
constexpr std::size_t kLongest = 4096;
constexpr std::string_view kSeparator = "::";

// The unit of the entry that a reference from `unit` means; the entry becomes an offset of that unit's file.
std::shared_ptr<const Unit> unit_of(const std::shared_ptr<const Unit>& unit, Form form,
                                    std::uint64_t& entry) {
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

const std::byte* place(const Unit& unit, std::uint64_t entry) {
  return unit.home.sections->info.data() + entry;
}

bool is_c_plus_plus(Language language) {
  switch (language) {
    case Language::c_plus_plus:
    case Language::c_plus_plus_03:
    case Language::c_plus_plus_11:
    case Language::c_plus_plus_14:
    case Language::c_plus_plus_17:
    case Language::c_plus_plus_20:
      return true;
    default:
      return false;
  }
}

// As demanglers write what has no name: classes without one are nearly always a lambda's.
std::string_view name_of(Tag container, std::string_view name) {
  if (!name.empty()) return name;
  return container == Tag::name_space ? "(anonymous namespace)" : "{lambda}";
}

}  // namespace

struct Names::Description {
  Tag tag = Tag::none;
  std::string_view linkage_name, name;
  std::optional<Value> elsewhere;  // the entry that says more
};

// What an entry and those that it refers to come to.
struct Names::Resolved {
  std::string_view linkage_name, name;
  std::shared_ptr<const Unit> unit;  // of the entry that has the name
  std::uint64_t entry = 0;
};

Names::Description Names::describe(const Unit& unit, std::uint64_t entry, Work& work) {
  base::ByteReader in = unit.entries(entry);
  const Abbreviation* row = unit.abbreviations->find(in.read_varint());
  Description description;
  if (row == nullptr || !work.take(row->count)) return description;
  description.tag = row->tag;
  for (const AttributeForm& next : unit.abbreviations->attributes(*row)) {
    const Value value = unit.abbreviations->read(in, next);
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

std::string_view Names::of(const std::shared_ptr<const Unit>& unit, const Scope& scope, Work& work) {
  // What is inlined often has many copies, and one origin.
  const bool is_origin = scope.origin_form == Form::none;
  std::uint64_t origin = is_origin ? scope.entry : scope.origin;
  const std::shared_ptr<const Unit> of_origin = is_origin ? unit : unit_of(unit, scope.origin_form, origin);
  if (of_origin == nullptr) return describe(*unit, scope.entry, work).name;
  const std::byte* const key = place(*of_origin, origin);
  if (const auto known = known_.find(key); known != known_.end()) return known->second;
  if (known_.size() >= kMostKnown) {
    known_.clear();
    qualified_.clear();
  }
  const Resolved function = resolve(of_origin, origin, work);
  std::string_view name = function.linkage_name;
  if (name.empty()) name = qualified_.emplace_back(qualified(function, work));
  return known_.emplace(key, name).first->second;
}

void Names::learn(const Unit& unit, Containers containers) {
  if (containers_.size() >= kMostUnits) containers_.clear();
  containers_.insert_or_assign(place(unit, unit.first_entry), std::move(containers));
}

Names::Resolved Names::resolve(std::shared_ptr<const Unit> unit, std::uint64_t entry, Work& work) {
  Resolved found;
  for (unsigned hops = 0; hops < kMostHops && unit != nullptr; ++hops) {
    const Description description = describe(*unit, entry, work);
    found.linkage_name = description.linkage_name;
    if (!description.name.empty()) {
      found.name = description.name;
      found.unit = unit;
      found.entry = entry;
    }
    if (!found.linkage_name.empty() || !description.elsewhere.has_value()) break;
    entry = description.elsewhere->number;
    unit = unit_of(unit, description.elsewhere->form, entry);
  }
  return found;
}

std::string Names::qualified(const Resolved& function, Work& work) {
  std::string whole(function.name);
  if (function.unit == nullptr || !is_c_plus_plus(function.unit->language)) return whole;
  Resolved inner = function;
  // A lambda's class is in a function, whose own name may be said elsewhere: from there it goes on outwards.
  for (unsigned hops = 0; hops < kMostHops && inner.unit != nullptr; ++hops) {
    const std::shared_ptr<const Unit> unit = std::exchange(inner.unit, nullptr);
    for (const std::uint64_t container : containers_of(*unit, work).around(inner.entry)) {
      const Description around = describe(*unit, container, work);
      const bool is_function = around.tag == Tag::subprogram;
      if (is_function) inner = resolve(unit, container, work);
      whole.insert(0, kSeparator).insert(0, is_function ? inner.name : name_of(around.tag, around.name));
      if (is_function || whole.size() > kLongest) break;
    }
  }
  return whole;
}

const Containers& Names::containers_of(const Unit& unit, Work& work) {
  const std::byte* const key = place(unit, unit.first_entry);
  if (const auto known = containers_.find(key); known != containers_.end()) return known->second;
  Containers containers;
  Scopes none({});
  find_scopes(unit, none, containers, work);
  learn(unit, std::move(containers));
  return containers_.at(key);
}

}  // namespace ajar::objfile::dwarf
