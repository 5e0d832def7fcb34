#include "model/snapshot.h"

#include <algorithm>

#include "base/number.h"

namespace ajar::model {

std::optional<std::uint64_t> inode_in_name(std::string_view name) {
  const std::size_t bracket = name.find(":[");
  if (bracket == std::string_view::npos || name.starts_with('/') || !name.ends_with(']')) return std::nullopt;
  return base::parse_number(name.substr(bracket + 2, name.size() - bracket - 3));
}

std::optional<std::uint64_t> inode_of(const Handle& handle) {
  const auto known = fact_number(handle.facts, FactKey::inode);
  return known.has_value() ? known : inode_in_name(handle.name);
}

const Handle* Snapshot::find(std::uint64_t value) const {
  const auto at = std::ranges::lower_bound(handles, value, {}, &Handle::value);
  return at == handles.end() || at->value != value ? nullptr : &*at;
}

}  // namespace ajar::model
