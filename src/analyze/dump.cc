#include "analyze/dump.h"

#include <algorithm>
#include <bit>
#include <map>
#include <tuple>
#include <utility>

#include "analyze/count_types.h"
#include "analyze/signs.h"

namespace ajar::analyze {
namespace {

// Windows keeps a number of operations that is a power of two, and no less than this many.
constexpr std::uint64_t kSmallestRing = 128;

// Many processes have some hundred handles, of all kinds. One kind that is most of a large table is none of a
// healthy process.
constexpr std::uint64_t kLarge = 1000;

std::vector<report::SameName> same_names(const std::vector<model::Handle>& handles) {
  std::map<std::pair<std::string_view, std::string_view>, std::uint64_t> counts;
  for (const model::Handle& handle : handles) {
    if (is_object_name(handle.name)) ++counts[{handle.type, handle.name}];
  }
  std::vector<report::SameName> names;
  for (const auto& [key, count] : counts) {
    if (count < kManyOfOneObject) continue;
    names.push_back({.type = std::string(key.first), .name = std::string(key.second), .count = count});
  }
  std::ranges::stable_sort(names, std::ranges::greater(), &report::SameName::count);
  return names;
}

// Some writers of dumps never write names: then nothing is known. Nor is it of handles that are only counted.
std::map<std::string, std::uint64_t> count_unnamed(const model::Snapshot& table) {
  const std::vector<model::Handle>& handles = table.handles;
  std::map<std::string, std::uint64_t> counts;
  if (handles.size() < table.open()) return counts;
  const auto is_named = [](const model::Handle& handle) { return !handle.name.empty(); };
  if (std::ranges::none_of(handles, is_named)) return counts;
  for (const model::Handle& handle : handles) {
    if (!is_named(handle)) ++counts[handle.type];
  }
  return counts;
}

}  // namespace

std::string type_standing_out(const model::Snapshot& table) {
  const auto types = table.types();
  const auto most = std::ranges::max_element(types, {}, [](const auto& type) { return type.second; });
  const bool stands_out = most != types.end() && most->second >= kLarge && 2 * most->second >= table.open();
  return stands_out ? most->first : std::string();
}

std::optional<double> up_at(const model::World& world, const model::Process& process, model::Time time) {
  if (!world.origin.events_have_times() && process.start_ticks == 0) return std::nullopt;
  return std::max(0.0, model::seconds(time - process.started));
}

report::Dump describe_dump(const model::World& world, const model::Process& process,
                           const model::Snapshot& table, std::uint64_t events) {
  report::Dump dump;
  dump.system = world.origin.system;
  dump.up_s = up_at(world, process, table.begin);
  dump.types = count_types(table, signs_of_table(table.handles));
  dump.standing_out = type_standing_out(table);
  dump.unnamed = count_unnamed(table);
  dump.same_names = same_names(table.handles);
  dump.operations = events;
  dump.ring_is_full =
      world.origin.way == model::Origin::kMinidump && events >= kSmallestRing && std::has_single_bit(events);
  return dump;
}

}  // namespace ajar::analyze
