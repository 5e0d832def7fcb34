#pragma once

#include <algorithm>
#include <cstddef>
#include <ostream>
#include <string_view>

#include "platform/terminal.h"

namespace ajar::cli {

// A terminal's last line, which changes in its place.
class LineInPlace {
 public:
  explicit LineInPlace(std::ostream& out) : out_(out) {}

  // What fits: in the last column, some terminals would begin another line.
  static std::size_t width(const platform::Terminal& terminal) { return std::max(terminal.columns, 2U) - 1; }

  void show(std::string_view line) {
    out_ << "\r\033[K" << line << std::flush;
    is_shown_ = true;
  }

  // Makes room for what stays.
  void clear() {
    if (is_shown_) out_ << "\r\033[K";
    is_shown_ = false;
  }

 private:
  std::ostream& out_;
  bool is_shown_ = false;
};

}  // namespace ajar::cli
