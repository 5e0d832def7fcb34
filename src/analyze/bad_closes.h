#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "analyze/sweeps.h"
#include "analyze/table_state.h"

namespace ajar::analyze {

// A close of a number that was not open, or a use of it: by which stack, and what the number had been before.
struct BadClose {
  struct Life {
    model::StackId opened_by, closed_by;
    bool plain = true;  // as PastLife has it

    auto operator<=>(const Life&) const = default;
  };
  model::StackId stack;
  bool is_use = false;
  std::vector<Life> lives;  // the latest first; none where it never was open, as far as is known

  auto operator<=>(const BadClose&) const = default;
};

// What the number had been when this close or use of it came: `begun` are its lives that had begun by then,
// by time of opening, as far as they are known by now.
BadClose bad_close_of(const model::Event& event, std::span<const Generation> begun);

// All of a process, counted. Who closed a handle before may become known only later, so undecided ones wait
// for the end, as many as there is room for.
class BadCloses {
 public:
  struct Tally {
    std::uint64_t handle = 0;  // of the first one
    std::uint64_t count = 0;
  };
  using Tallies = std::map<BadClose, Tally>;

  void on_event(const model::Event& event, const TableState* table);

  // A close that succeeded.
  void on_close(const model::Event& event) { sweeps_.on_close(event.stack, event.handle); }

  // `find_table` gives the state of a table by its id, or nullptr.
  template <typename FindTable>
  void decide(FindTable&& find_table) {
    for (const model::Event& event : waiting_) record(event, find_table(event.table));
    waiting_.clear();
  }

  // When all are decided.
  [[nodiscard]] const Tallies& tallies() const { return tallies_; }
  [[nodiscard]] const Sweeps& sweeps() const { return sweeps_; }

 private:
  void record(const model::Event& event, const TableState* table);

  Tallies tallies_;
  Sweeps sweeps_;
  std::vector<model::Event> waiting_;
};

}  // namespace ajar::analyze
