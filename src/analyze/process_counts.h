#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyze/falls.h"
#include "analyze/robust_line.h"
#include "model/ids.h"
#include "model/snapshot.h"

namespace ajar::analyze {

// A count as a whole number. What a damaged recording claims may be larger than any.
std::uint64_t whole_count(double value);

// What a look at a process's table told.
struct TableLook {
  double at = 0;     // seconds: its end
  double begin = 0;  // tables that were looked at together have the same
  std::map<std::string, std::uint64_t> types;
  std::vector<model::SharedCount> shared;

  [[nodiscard]] double open() const;
  // How many of its handles lead to that process.
  [[nodiscard]] double shared_with(model::ProcessId other) const;
};

// What is kept of a process: 16 bytes a sample, and a few looks.
struct ProcessCounts {
  std::vector<Point> samples;
  std::vector<TableLook> looks;
  std::optional<std::uint64_t> soft_limit, hard_limit;
  std::optional<double> grows_since;  // judged so without a break, of samples from there on
  double since = 0;                   // its first sample
  double least = std::numeric_limits<double>::infinity();  // of its samples, or of some before them
  std::optional<Point> least_forgotten;
  double fell_at = -std::numeric_limits<double>::infinity();  // last, from one sample to the next
  double fell_before = 0;  // the most at once, when nobody ended for whom it held that

  [[nodiscard]] CountRow row() const {
    return {.samples = samples, .since = since, .least_forgotten = least_forgotten};
  }
};

using CountsById = std::map<model::ProcessId, ProcessCounts>;

}  // namespace ajar::analyze
