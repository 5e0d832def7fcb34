#include "analyze/tables/partners.h"

#include <map>
#include <string>

#include "analyze/tables/describe.h"

namespace ajar::analyze {
namespace {

// The one table of each name among those that have no partner yet.
class ByName {
 public:
  void add(const std::string& name, std::size_t index) {
    const auto [at, is_new] = indices_.try_emplace(name, index);
    if (!is_new) at->second.reset();
  }
  [[nodiscard]] std::optional<std::size_t> only(const std::string& name) const {
    const auto at = indices_.find(name);
    return name.empty() || at == indices_.end() ? std::nullopt : at->second;
  }

 private:
  std::map<std::string, std::optional<std::size_t>> indices_;  // none: several
};

}  // namespace

std::vector<std::optional<std::size_t>> partners_of(const model::World& world_before,
                                                    const std::vector<TableAt>& before,
                                                    const model::World& world_after,
                                                    const std::vector<TableAt>& after) {
  std::vector<std::optional<std::size_t>> partners(before.size());
  std::vector<bool> taken(after.size());
  std::map<std::pair<std::int64_t, std::uint64_t>, std::size_t> by_identity;
  for (std::size_t j = 0; j < after.size(); ++j) {
    if (const model::Process* process = process_of(world_after, after[j].snapshot))
      by_identity.try_emplace(identity(*process), j);
  }
  for (std::size_t i = 0; i < before.size(); ++i) {
    const model::Process* process = process_of(world_before, before[i].snapshot);
    const auto same = process == nullptr ? by_identity.end() : by_identity.find(identity(*process));
    if (same == by_identity.end() || taken[same->second]) continue;
    partners[i] = same->second;
    taken[same->second] = true;
  }
  ByName left_before;
  ByName left_after;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!partners[i].has_value()) left_before.add(process_name(world_before, before[i].snapshot), i);
  }
  for (std::size_t j = 0; j < after.size(); ++j) {
    if (!taken[j]) left_after.add(process_name(world_after, after[j].snapshot), j);
  }
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::string name = process_name(world_before, before[i].snapshot);
    if (!partners[i].has_value() && left_before.only(name) == i) partners[i] = left_after.only(name);
  }
  return partners;
}

}  // namespace ajar::analyze
