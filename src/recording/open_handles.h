#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "model/event.h"
#include "model/snapshot.h"
#include "model/world.h"

namespace ajar::recording {

// Which handles are open in each table, with the events that made them so: what a checkpoint tells a reader
// that has not seen the segments before.
class OpenHandles {
 public:
  void apply(const model::Event& event);

  // A table as it was when tracking of it began: handles that nobody saw opened become `inherit` events, with
  // the origin that they had in the table it is a copy of.
  void apply(const model::World& world, const model::Snapshot& at_start);

  // All open handles by time of opening; each followed at its time by the address that it learned. Those of
  // tables that have died are forgotten.
  std::vector<model::Event> events(const model::World& world);

 private:
  struct Key {
    std::uint64_t handle = 0;
    model::TableId table;

    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept {
      return static_cast<std::size_t>((key.handle ^ (std::uint64_t{key.table.value} << 40U)) *
                                      0x9e37'79b9'7f4a'7c15U);
    }
  };
  using Events = std::unordered_map<Key, model::Event, Hash>;

  [[nodiscard]] model::Event inherited(const model::World& world, const model::Snapshot& at_start,
                                       std::uint64_t handle) const;

  Events opened_;
  Events addresses_;
};

}  // namespace ajar::recording
