#pragma once

#include <cstddef>

#include "top/keys.h"

namespace ajar::top {

// Which line of a list is chosen, and which part of it is seen. Lists become longer and shorter meanwhile:
// each use says how long it is.
class List {
 public:
  [[nodiscard]] std::size_t chosen() const { return chosen_; }
  [[nodiscard]] std::size_t first() const { return first_; }

  // False where the action moves nothing in lists.
  bool move(Action action, std::size_t length, std::size_t seen);
  void choose(std::size_t line) { chosen_ = line; }
  // The chosen line is one of the list's, and is seen.
  void keep(std::size_t length, std::size_t seen);

 private:
  std::size_t chosen_ = 0, first_ = 0;
};

// A text of which a part is seen.
class Scroll {
 public:
  [[nodiscard]] std::size_t first() const { return first_; }
  bool move(Action action, std::size_t length, std::size_t seen);
  void keep(std::size_t length, std::size_t seen);

 private:
  std::size_t first_ = 0;
};

}  // namespace ajar::top
