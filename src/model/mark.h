#pragma once

#include <string>

#include "model/ids.h"

namespace ajar::model {

// A moment that somebody who watched gave a name: "before-login".
struct Mark {
  MarkId id;
  std::string label;
  Time time{};  // what carries an earlier time, or this one, was before the mark

  bool operator==(const Mark&) const = default;
};

}  // namespace ajar::model
