#include "model/snapshot.h"

#include <algorithm>
#include <unordered_map>

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

void put_in_order(std::vector<Handle>& handles) {
  std::ranges::stable_sort(handles, {}, &Handle::value);
  const auto again = std::ranges::unique(handles, {}, &Handle::value);
  handles.erase(again.begin(), again.end());
}

std::uint64_t Snapshot::open() const {
  std::uint64_t counted = 0;
  for (const TypeCount& type : counts) counted += type.count;
  return std::max<std::uint64_t>(counted, handles.size());
}

std::map<std::string, std::uint64_t> Snapshot::types() const {
  std::unordered_map<std::string_view, std::uint64_t> listed;
  for (const Handle& handle : handles) ++listed[handle.type];
  std::map<std::string, std::uint64_t> types(listed.begin(), listed.end());
  for (const TypeCount& type : counts) types[type.type] = std::max(types[type.type], type.count);
  return types;
}

const Handle* Snapshot::find(std::uint64_t value) const {
  const auto at = std::ranges::lower_bound(handles, value, {}, &Handle::value);
  return at == handles.end() || at->value != value ? nullptr : &*at;
}

}  // namespace ajar::model
