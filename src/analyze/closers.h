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
    const auto found = std::ranges::find(entries_, stack, &Entry::stack);
    if (found != entries_.end()) {
      found->count += number;
    } else if (entries_.size() < most) {
      entries_.push_back({.stack = stack, .count = number});
    }
  }

  void add(const Closers& other) {
    for (const Entry& entry : other.entries_) add(entry.stack, entry.count);
  }

  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

 private:
  static constexpr std::size_t most = 32;
  std::vector<Entry> entries_;
};

}  // namespace ajar::analyze
