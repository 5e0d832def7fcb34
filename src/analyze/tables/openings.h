#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

#include "analyze/tables/tables_at.h"
#include "model/world.h"

namespace ajar::analyze {

// Finds out by which events the handles that are open at some moments were opened. Events come only nearly in
// the order of their times, so the moments have to be named before the first one.
class Openings {
 public:
  // A moment in a table that will be asked about. Handles that came with the table as a copy were opened in
  // the one that it is a copy of.
  void want(const model::World& world, model::TableId table, model::Time at);

  void on_events(std::span<const model::Event> events);

  // Whether any event told of this table.
  [[nodiscard]] bool traced(model::TableId table) const;

  // nullptr where no event tells.
  [[nodiscard]] const Opening* find(const model::World& world, model::TableId table, model::Time at,
                                    std::uint64_t handle) const;

 private:
  struct Wanted {
    model::TableId table;
    model::Time at{};
    std::unordered_map<std::uint64_t, Opening> openings;
  };

  static void apply(const model::Event& event, Wanted& wanted);
  [[nodiscard]] const Wanted* wanted(model::TableId table, model::Time at) const;

  std::vector<Wanted> wanted_;
  std::set<model::TableId> traced_;
  model::TableId latest_;  // of them
};

}  // namespace ajar::analyze
