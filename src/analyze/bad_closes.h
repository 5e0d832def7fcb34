#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <vector>

#include "analyze/code_path.h"
#include "analyze/table_state.h"
#include "report/report.h"

namespace ajar::analyze {

// Closes of handles that were not open, counted by stack. Who closed a handle before may become known only
// later, so undecided ones wait for the end, as many as there is room for.
class BadCloses {
 public:
  void on_event(const model::Event& event, const TableState* table);

  // `find_table` gives the state of a table by its id, or nullptr.
  template <typename FindTable>
  void decide(FindTable&& find_table) {
    for (const model::Event& event : waiting_) record(event, earlier_life(event, find_table(event.table)));
    waiting_.clear();
  }

  // When all are decided. By count.
  [[nodiscard]] std::vector<report::BadClose> report(CodePaths& paths) const;

 private:
  struct Key {
    model::StackId stack;
    report::BadClose::Kind kind{};

    auto operator<=>(const Key&) const = default;
  };
  struct Tally {
    std::uint64_t handle = 0, count = 0;
    model::StackId closed_by, opened_by;
  };
  // Numbers that one stack closed one after the other.
  struct Run {
    std::uint64_t last = 0;
    std::uint32_t length = 0, longest = 0;
  };

  static const Generation* earlier_life(const model::Event& event, const TableState* table);
  void record(const model::Event& event, const Generation* life);

  std::map<Key, Tally> tallies_;
  std::map<model::StackId, Run> runs_;
  std::vector<model::Event> waiting_;
};

}  // namespace ajar::analyze
