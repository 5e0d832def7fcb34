#include "analyze/process_counts.h"

#include <algorithm>

namespace ajar::analyze {

std::uint64_t whole_count(double value) {
  constexpr double kMost = 9e18;
  return static_cast<std::uint64_t>(std::clamp(value, 0.0, kMost));
}

double TableLook::open() const {
  double sum = 0;
  for (const auto& [type, count] : types) sum += static_cast<double>(count);
  return sum;
}

double TableLook::shared_with(model::ProcessId other) const {
  double sum = 0;
  for (const model::SharedCount& row : shared) {
    if (row.other == other) sum += static_cast<double>(row.count);
  }
  return sum;
}

}  // namespace ajar::analyze
