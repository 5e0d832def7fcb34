#include "analyze/tables/tables_at.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "analyze/tables/openings.h"

namespace ajar::analyze {
namespace {

struct Listed {
  std::size_t ordinal = 0;  // among all of the recording
  model::TableId table;
  model::Time begin{}, end{};
};

using ByProcess = std::map<model::ProcessId, std::vector<Listed>>;

// The first time through: what there is.
class Index final : public model::Observer {
 public:
  void on_events(const model::World& /*world*/, std::span<const model::Event> /*events*/) override {}
  void on_loss(const model::World& /*world*/, const model::Loss& /*loss*/) override {}
  void on_snapshot(const model::World& world, const model::Snapshot& snapshot) override {
    const std::size_t ordinal = count_++;
    const model::Image* image = world.images.find(snapshot.image);
    if (image == nullptr) return;
    by_process_[image->process].push_back(
        {.ordinal = ordinal, .table = snapshot.table, .begin = snapshot.begin, .end = snapshot.end});
  }

  [[nodiscard]] const ByProcess& by_process() const { return by_process_; }

 private:
  std::size_t count_ = 0;
  ByProcess by_process_;
};

// The second time through: the chosen ones, and how their handles came to be.
class Picker final : public model::Observer {
 public:
  Picker(const model::World& world, const std::vector<Listed>& chosen) {
    for (const Listed& one : chosen) {
      ordinals_.insert(one.ordinal);
      openings_.want(world, one.table, one.end);
    }
  }

  void on_events(const model::World& /*world*/, std::span<const model::Event> events) override {
    openings_.on_events(events);
  }
  void on_loss(const model::World& /*world*/, const model::Loss& /*loss*/) override {}
  void on_snapshot(const model::World& /*world*/, const model::Snapshot& snapshot) override {
    const std::size_t ordinal = count_++;
    if (ordinals_.contains(ordinal)) found_[ordinal] = snapshot;
  }

  [[nodiscard]] TableAt table(const model::World& world, std::size_t ordinal) const {
    TableAt table;
    const auto at = found_.find(ordinal);
    if (at == found_.end()) return table;
    table.snapshot = at->second;
    table.traced = openings_.traced(table.snapshot.table);
    for (const model::Handle& handle : table.snapshot.handles) {
      const Opening* opening = openings_.find(world, table.snapshot.table, table.snapshot.end, handle.value);
      if (opening != nullptr) table.openings[handle.value] = *opening;
    }
    return table;
  }

 private:
  std::size_t count_ = 0;
  std::set<std::size_t> ordinals_;
  std::map<std::size_t, model::Snapshot> found_;
  Openings openings_;
};

std::optional<Listed> choose(const std::vector<Listed>& list, const Moment& moment) {
  const auto size = static_cast<std::int64_t>(list.size());
  if (moment.by == Moment::By::number) {
    const std::int64_t index = moment.number > 0 ? moment.number - 1 : size + moment.number;
    if (moment.number == 0 || index < 0 || index >= size) return std::nullopt;
    return list[static_cast<std::size_t>(index)];
  }
  const auto later = std::ranges::find_if(list, [&](const Listed& one) { return one.begin > moment.time; });
  if (later == list.begin()) return std::nullopt;
  return *std::prev(later);
}

base::Error no_such(const ByProcess& by_process, const Moment& moment) {
  std::size_t most = 0;
  for (const auto& [process, list] : by_process) most = std::max(most, list.size());
  if (most == 0) return base::Error("the recording has no snapshot of a handle table");
  if (moment.by == Moment::By::time) return base::Error("the recording has no snapshot as early as that");
  return base::Error("there is no snapshot " + std::to_string(moment.number) + "; there are " +
                     std::to_string(most));
}

}  // namespace

base::Result<std::vector<std::vector<TableAt>>> tables_at(model::Source& source,
                                                          const std::vector<Moment>& moments) {
  Index index;
  model::Cursor start;
  source.read(start, index);
  std::vector<std::vector<Listed>> chosen;
  std::vector<Listed> all;
  for (const Moment& moment : moments) {
    std::vector<Listed>& of_moment = chosen.emplace_back();
    for (const auto& [process, list] : index.by_process()) {
      if (const auto one = choose(list, moment)) of_moment.push_back(*one);
    }
    if (of_moment.empty()) return no_such(index.by_process(), moment);
    all.insert(all.end(), of_moment.begin(), of_moment.end());
  }
  Picker picker(source.world(), all);
  model::Cursor again;
  source.read(again, picker);
  std::vector<std::vector<TableAt>> tables;
  for (const std::vector<Listed>& of_moment : chosen) {
    std::vector<TableAt>& row = tables.emplace_back();
    for (const Listed& one : of_moment) row.push_back(picker.table(source.world(), one.ordinal));
  }
  return tables;
}

}  // namespace ajar::analyze
