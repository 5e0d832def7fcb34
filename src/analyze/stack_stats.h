#pragma once

#include <compare>
#include <cstdint>

#include "analyze/closers.h"
#include "analyze/curve.h"
#include "analyze/lifetimes.h"
#include "model/ids.h"

namespace ajar::analyze {

// The code that opened a handle, as the event tells it.
struct StackKey {
  model::StackId stack;
  model::StringId type, call;

  auto operator<=>(const StackKey&) const = default;
};

// What was opened by one stack, and what became of it. Closes that came after the process's last open are
// kept apart: they may be its shutdown. Whoever counts a close says how many opens the process had had by
// then. What each event touches stands in front, close together: there are thousands of these.
struct StackStats {
  std::int64_t opened = 0, closed = 0;
  Curve curve;
  Closers closers;

  void count_close(model::Time at, model::Time lifetime, std::uint64_t opens_so_far) {
    follow(opens_so_far);
    ++closed;
    curve.add_closed(at);
    lifetimes_.add(lifetime);
  }

  void take_back_close(model::Time at, model::Time lifetime) {
    --closed;
    curve.add_closed(at, -1);
    lifetimes_.take_back(lifetime);
  }

  [[nodiscard]] std::uint64_t closed_since(std::uint64_t opens_so_far) const {
    return last_opens_ == opens_so_far ? lifetimes_.total_in_row() : 0;
  }

  // Of what was closed before the process's last open; of all where there is nothing else.
  [[nodiscard]] Lifetimes lifetimes(bool with_last) const {
    return with_last ? lifetimes_ : lifetimes_.without_row();
  }

  void add(const StackStats& other) {
    opened += other.opened;
    closed += other.closed;
    curve.add(other.curve);
    closers.add(other.closers);
    if (other.last_opens_ > last_opens_) follow(other.last_opens_);
    lifetimes_.add(other.lifetimes_, other.last_opens_ == last_opens_);
  }

 private:
  // Closes after another open are another row.
  void follow(std::uint64_t opens_so_far) {
    if (last_opens_ == opens_so_far) return;
    lifetimes_.start_row();
    last_opens_ = opens_so_far;
  }

  std::uint64_t last_opens_ = 0;
  Lifetimes lifetimes_;
};

}  // namespace ajar::analyze
