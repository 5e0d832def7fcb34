#include "analyze/process_counts.h"

namespace ajar::analyze {

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
