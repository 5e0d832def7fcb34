#pragma once

#include <vector>

#include "top/keys.h"
#include "top/list.h"
#include "top/picture.h"

namespace ajar::top {

// The keys, and what the columns mean.
class HelpPage {
 public:
  bool act(Action action) { return scroll_.move(action, length_, seen_); }
  std::vector<Line> lines(Size size);

 private:
  Scroll scroll_;
  std::size_t length_ = 0, seen_ = 1;
};

}  // namespace ajar::top
