#pragma once

#include <compare>
#include <cstdint>

#include "analyze/closers.h"
#include "analyze/curve.h"
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
// then.
struct StackStats {
  std::int64_t opened = 0, closed = 0;
  Curve curve;
  Closers closers;

  void count_close(model::Time at, model::Time lifetime, std::uint64_t opens_so_far) {
    if (last_opens_ != opens_so_far) {
      lifetimes_.add(last_lifetimes_);
      last_lifetimes_.clear();
      last_opens_ = opens_so_far;
    }
    ++closed;
    curve.add_closed(at);
    last_lifetimes_.add(lifetime);
  }

  void take_back_close(model::Time at, model::Time lifetime) {
    --closed;
    curve.add_closed(at, -1);
    if (!last_lifetimes_.take_back(lifetime)) lifetimes_.take_back(lifetime);
  }

  [[nodiscard]] std::uint64_t closed_since(std::uint64_t opens_so_far) const {
    return last_opens_ == opens_so_far ? last_lifetimes_.total() : 0;
  }

  // Of what was closed before the process's last open; of all where there is nothing else.
  [[nodiscard]] Lifetimes lifetimes(bool with_last) const {
    Lifetimes sum = lifetimes_;
    if (with_last) sum.add(last_lifetimes_);
    return sum;
  }

  void add(const StackStats& other) {
    opened += other.opened;
    closed += other.closed;
    curve.add(other.curve);
    closers.add(other.closers);
    lifetimes_.add(other.lifetimes_);
    if (other.last_opens_ == last_opens_) {
      last_lifetimes_.add(other.last_lifetimes_);
    } else if (other.last_opens_ < last_opens_) {
      lifetimes_.add(other.last_lifetimes_);
    } else {
      lifetimes_.add(last_lifetimes_);
      last_lifetimes_ = other.last_lifetimes_;
      last_opens_ = other.last_opens_;
    }
  }

 private:
  Lifetimes lifetimes_, last_lifetimes_;
  std::uint64_t last_opens_ = 0;
};

}  // namespace ajar::analyze
