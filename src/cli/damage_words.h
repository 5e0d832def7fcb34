#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/source.h"

namespace ajar::cli {

// Of a recording: whether its writer finished it, and which process still writes it, if that is known.
struct RecordingEnd {
  bool is_there = true;
  std::optional<std::int64_t> writer = {};
};

// What a reader of the report has to know about a recording that is not whole, one sentence each.
std::vector<std::string> damage_words(const model::Damage& damage, const RecordingEnd& end);

}  // namespace ajar::cli
