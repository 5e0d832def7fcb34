#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "analyze/bad_closes.h"
#include "analyze/failed_opens.h"
#include "analyze/table_state.h"
#include "model/source.h"

namespace ajar::analyze {

// Within a hundred years of the start, so that nothing a damaged recording says can overflow.
model::Time sane(model::Time time);
// The table's times, in their order.
void make_sane(model::Snapshot& table);

// None where the image was lost from a damaged recording.
model::ProcessId process_of(const model::World& world, model::ImageId image);

// What is known of a process beside its table.
struct Troubles {
  BadCloses bad_closes;
  FailedOpens failed_opens;
  std::uint64_t lost_events = 0;
  bool lost_at_least = false;  // or more
};

// The state of all handle tables and what went wrong in each process, as far as a recording has been read.
// One thread at a time.
class Observed final : public model::Observer {
 public:
  // `since`: all is counted and judged from then on, and what came before is but open or not.
  explicit Observed(std::optional<model::Time> since = std::nullopt) : since_(since) {}
  ~Observed() override = default;
  Observed(const Observed&) = delete;
  Observed& operator=(const Observed&) = delete;

  // All lives of this number are kept in each table (TableState::kept_lives), and not only the last few.
  void keep_lives_of(std::uint64_t handle) { kept_ = handle; }

  void on_events(const model::World& world, std::span<const model::Event> events) override;
  void on_snapshot(const model::World& world, const model::Snapshot& snapshot) override;
  void on_loss(const model::World& world, const model::Loss& loss) override;

  // Whether what happened then is told.
  [[nodiscard]] bool is_told(model::Time time) const { return !since_ || time > *since_; }

  // nullptr where nothing was told of it. What it points to stays where it is.
  [[nodiscard]] const TableState* find_table(model::TableId id) const;
  [[nodiscard]] const Troubles* find_troubles(model::ProcessId id) const;
  // When all is told.
  [[nodiscard]] BadCloses decided_bad_closes(model::ProcessId id) const;

 private:
  TableState& table(model::TableId id);
  void on_event(const model::World& world, const model::Event& event);
  void on_handle_event(const model::World& world, const model::Event& event);

  std::map<model::TableId, TableState> tables_;
  TableState* latest_ = nullptr;  // of `tables_`
  model::TableId latest_id_;
  std::map<model::ProcessId, Troubles> troubles_;
  std::map<model::ImageId, bool> started_;  // whether an image's first snapshot has come
  std::optional<std::uint64_t> kept_;
  std::optional<model::Time> since_;
};

// The table, with what waited to be compared compared, where need be as a copy in `room`. nullptr for
// nullptr.
const TableState* settled_table(const TableState* table, const model::World& world, TableState& room);

}  // namespace ajar::analyze
