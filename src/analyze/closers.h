#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/ids.h"

namespace ajar::analyze {

// Which stacks closed what one stack had opened, and how often. Most code is closed by one or two; beyond the
// 32nd they are left out.
class Closers {
 public:
  struct Entry {
    model::StackId stack;
    std::int64_t count = 0;
  };

  // A negative number takes back what was counted before.
  void add(model::StackId stack, std::int64_t number) {
    if (any_ && first_.stack == stack) {
      first_.count += number;
    } else if (any_) {
      add_to_rest(stack, number);
    } else {
      first_ = {.stack = stack, .count = number};
      any_ = true;
    }
  }

  void add(const Closers& other) {
    for (const Entry& entry : other.entries()) add(entry.stack, entry.count);
  }

  // In the order in which they came.
  [[nodiscard]] std::vector<Entry> entries() const {
    std::vector<Entry> all;
    if (any_) all.push_back(first_);
    all.insert(all.end(), rest_.begin(), rest_.end());
    return all;
  }

 private:
  static constexpr std::size_t most = 32;

  void add_to_rest(model::StackId stack, std::int64_t number) {
    const auto found = std::ranges::find(rest_, stack, &Entry::stack);
    if (found != rest_.end()) {
      found->count += number;
    } else if (rest_.size() + 1 < most) {
      rest_.push_back({.stack = stack, .count = number});
    }
  }

  Entry first_;
  bool any_ = false;
  std::vector<Entry> rest_;
};

}  // namespace ajar::analyze
