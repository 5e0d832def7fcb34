#include "analyze/probably.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "analyze/handle_view.h"
#include "analyze/name_pattern.h"

namespace ajar::analyze {
namespace {

using Like = std::pair<std::string, std::string>;  // type and pattern of names

// What is like that.
struct Kin {
  std::uint64_t before = 0;
  std::uint64_t since = 0;
  std::map<std::size_t, std::uint64_t> of_group;  // those since, by the group's place
};

std::map<std::uint64_t, std::size_t> groups_by_handle(const std::vector<report::Group>& groups) {
  std::map<std::uint64_t, std::size_t> by_handle;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (const report::Handle& handle : groups[i].handles) by_handle[handle.value] = i;
  }
  return by_handle;
}

std::map<Like, Kin> find_kin(const std::vector<report::Group>& groups, const std::vector<OpenHandle>& open) {
  const std::map<std::uint64_t, std::size_t> by_handle = groups_by_handle(groups);
  std::map<Like, Kin> all;
  for (const OpenHandle& handle : open) {
    const bool before = handle.counts_as == Generation::Origin::before_tracking;
    if (handle.in_table == nullptr || (!before && handle.counts_as != Generation::Origin::event)) continue;
    const std::string& type = handle.in_table->type;
    Kin& kin = all[{type, name_pattern(type, name_in_table(handle))}];
    const auto group = by_handle.find(handle.value);
    if (before) {
      ++kin.before;
    } else {
      ++kin.since;
      if (group != by_handle.end()) ++kin.of_group[group->second];
    }
  }
  return all;
}

}  // namespace

void add_probable(std::vector<report::Group>& groups, const std::vector<OpenHandle>& open) {
  if (std::ranges::find(open, Generation::Origin::before_tracking, &OpenHandle::counts_as) == open.end())
    return;
  constexpr std::uint64_t kFew = 3;                          // say nothing of others
  std::map<std::size_t, std::uint64_t> since, of_all, most;  // by group
  for (const auto& [like, kin] : find_kin(groups, open)) {
    const auto first = std::ranges::max_element(kin.of_group, {}, [](const auto& row) { return row.second; });
    if (kin.before == 0 || first == kin.of_group.end() || first->second < kFew) continue;
    if (2 * first->second <= kin.since) continue;
    const std::size_t group = first->first;
    report::Probable& probable = groups[group].probably_before;
    probable.count += kin.before;
    since[group] += first->second;
    of_all[group] += kin.since;
    probable.share = static_cast<double>(since[group]) / static_cast<double>(of_all[group]);
    if (kin.before <= most[group]) continue;
    most[group] = kin.before;
    probable.like = like.second;
  }
}

}  // namespace ajar::analyze
