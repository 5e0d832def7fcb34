#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "analyze/closing_phase.h"
#include "analyze/slot.h"
#include "analyze/stack_table.h"
#include "base/number_map.h"
#include "model/source.h"

namespace ajar::analyze {

// A handle that is open at the end.
struct OpenHandle {
  std::uint64_t value = 0;
  const Generation* life = nullptr;
  const model::Handle* in_table = nullptr;  // as the last snapshot has it; nullptr where that is older
  Generation::Origin counts_as = Generation::Origin::event;
};

// One handle table as events and snapshots tell it. Snapshots are compared with the events a little later,
// when all events of their time have surely arrived, at the latest at the end.
class TableState final : public Ledger {
 public:
  // After `since`, where there is one, the table begins anew for all that is counted and judged.
  explicit TableState(std::optional<model::Time> since = std::nullopt) : since_(since) {}

  // Before anything is told: all lives of this number will be kept, and not only the last few.
  void keep_lives_of(std::uint64_t handle);
  // Those of the number whose lives are kept, also of the images before exec, by time of opening. What an
  // image began with counts as opened then.
  [[nodiscard]] std::vector<Generation> kept_lives() const;
  // The place among them of the first that the image met: those before were over when it began.
  [[nodiscard]] std::size_t first_kept_life_of(model::ImageId image) const;

  // open, close, duplicate, inherit, address, close_range.
  void on_event(const model::World& world, const model::Event& event);

  // The first snapshot of an image. A table that was copied from another one takes its handles' origins from
  // there; `parent` may be nullptr. For a table that has had an image before (exec), what is in the snapshot
  // has survived and counts as inherited from now on.
  void on_start(const model::World& world, const model::Snapshot& snapshot, const TableState* parent);

  // Any later one.
  void on_snapshot(const model::World& world, const model::Snapshot& snapshot);

  // Compares what waits to be compared.
  void settle(const model::World& world);
  [[nodiscard]] bool is_settled() const { return !waiting_.has_value(); }

  // By number. Pointers hold until the next change.
  [[nodiscard]] std::vector<OpenHandle> open_handles(const model::World& world) const;
  [[nodiscard]] const Slot* slot(std::uint64_t handle) const;
  [[nodiscard]] const StackTable& stats() const { return stats_; }
  // What calls told of the types of what they opened, those of the images before exec, too.
  [[nodiscard]] std::set<model::StringId> told_types() const;
  [[nodiscard]] const ClosingPhase& closing_phase() const { return closing_phase_; }
  // What is counted came after it: when the image was first seen, or `since` if that was later.
  [[nodiscard]] model::Time began() const { return since_ ? std::max(began_, *since_) : began_; }
  [[nodiscard]] bool begins_at_mark() const { return since_ && *since_ >= began_; }
  [[nodiscard]] std::uint64_t opens() const { return opens_; }
  // The last one compared that is not an image's first; nullptr where there was none.
  [[nodiscard]] const model::Snapshot* compared() const { return compared_ ? &*compared_ : nullptr; }

  void count_opened(const Generation& generation, int number) override;
  void count_closed(const Generation& generation, int number) override;

 private:
  void begin(model::ImageId image, model::Time time);
  [[nodiscard]] bool counts(const Generation& life) const;
  [[nodiscard]] bool is_before_mark(const OpenHandle& handle) const;
  void start_over();
  void take_open(const model::Event& event);
  void take_late_open(const model::Event& event);
  void sweep(Slot& slot, const model::Event& range);
  void close_all_in(const model::Event& range);
  void close_if_swept(const model::Event& opening);
  Generation opened_by(const model::Event& event) const;
  void inherit(const model::World& world, const model::Snapshot& snapshot, const model::Handle& handle,
               const TableState* parent);
  void reconcile(const model::World& world, const model::Snapshot& snapshot);
  void compare_present(const model::World& world, const model::Snapshot& snapshot,
                       const model::Handle& handle);
  [[nodiscard]] bool is_other_object(const model::World& world, const Generation& life,
                                     const model::Handle& found) const;
  [[nodiscard]] bool is_restored(std::uint64_t value, const Generation& life,
                                 const model::Handle* found) const;
  [[nodiscard]] const model::Handle* find_compared(std::uint64_t value, const Generation& life) const;

  std::optional<model::Time> since_;
  model::ImageId image_;
  model::Time began_{};  // when the image was first seen
  bool has_begun_ = false;
  model::Time newest_event_{};
  model::ThreadId thread_;  // of the last event
  bool several_threads_ = false;
  Generation::Origin start_origin_ = Generation::Origin::inherited;
  std::map<std::uint64_t, model::Handle> at_start_;
  base::NumberMap<Slot> slots_;
  std::vector<model::Event> swept_;  // the last closes of ranges
  StackTable stats_;
  std::set<model::StringId> types_before_exec_;
  std::uint64_t opens_ = 0;
  ClosingPhase closing_phase_;
  std::optional<model::Snapshot> waiting_, compared_;
  std::optional<std::uint64_t> kept_;                 // the number whose lives are kept
  std::vector<Generation> kept_before_exec_;          // of them
  std::map<model::ImageId, std::size_t> first_kept_;  // of each image that another one became
};

}  // namespace ajar::analyze
