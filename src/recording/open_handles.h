#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/number_map.h"
#include "model/event.h"
#include "model/snapshot.h"
#include "model/world.h"

namespace ajar::recording {

// Which handles are open in each table, with the events that made them so: what a checkpoint tells a reader
// that has not seen the segments before.
class OpenHandles {
 public:
  OpenHandles() = default;
  OpenHandles(const OpenHandles&) = delete;
  OpenHandles& operator=(const OpenHandles&) = delete;

  void apply(const model::Event& event);

  // A table as it was when tracking of it began: handles that nobody saw opened become `inherit` events, with
  // the origin that they had in the table it is a copy of.
  void apply(const model::World& world, const model::Snapshot& at_start);

  // All open handles by time of opening; each followed at its time by the address that it learned. Those of
  // tables that have died are forgotten.
  std::vector<model::Event> events(const model::World& world);

 private:
  struct OfTable {
    base::NumberMap<model::Event> opened;
    base::NumberMap<model::Event> addresses;
  };

  OfTable& of(model::TableId table) {
    if (recent_ == nullptr || recent_id_ != table) {
      recent_ = &tables_[table];
      recent_id_ = table;
    }
    return *recent_;
  }
  [[nodiscard]] const model::Event* find(model::TableId table, std::uint64_t handle) const;
  [[nodiscard]] model::Event inherited(const model::World& world, const model::Snapshot& at_start,
                                       std::uint64_t handle) const;

  std::map<model::TableId, OfTable> tables_;
  OfTable* recent_ = nullptr;  // that of recent_id_
  model::TableId recent_id_;
};

}  // namespace ajar::recording
