#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <vector>

#include "analyze/stack_stats.h"

namespace ajar::analyze {

// The row of closes with next to no opens between that a process is in at the moment. The last one before its
// end is how it cleaned up. Told of every open and every close in the order in which they come; keeps no more
// than were open at once.
class ClosingPhase {
 public:
  struct Closed {
    StackKey opened_by;
    model::Time opened{}, closed{};

    bool operator==(const Closed&) const = default;
  };

  // A program that cleans up may open something on the way, such as a file to save its state in.
  void on_open() {
    if (closed_.empty() || ++opens_ * closes_for_an_open <= closed_.size()) return;
    closed_.clear();
    opens_ = 0;
  }

  void on_close(const Closed& closed) { closed_.push_back(closed); }

  // For a close that turned out to be another's.
  void take_back(const Closed& closed) {
    const auto last = std::find(closed_.rbegin(), closed_.rend(), closed);
    if (last != closed_.rend()) closed_.erase(std::next(last).base());
  }

  [[nodiscard]] const std::vector<Closed>& closed() const { return closed_; }

 private:
  static constexpr std::size_t closes_for_an_open = 8;

  std::vector<Closed> closed_;
  std::size_t opens_ = 0;
};

}  // namespace ajar::analyze
