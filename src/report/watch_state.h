#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "report/count_trends.h"

// How things stand with a machine's handles at one moment, as plain values: see report.h.
namespace ajar::report {

struct ProcessState {
  std::int64_t pid = 0;
  std::string name;
  std::uint64_t handles = 0;
  Trend trend = Trend::too_short;
  double rate_per_second = 0;                    // of growth; 0 unless it is growing
  std::optional<double> full_in_s = {};          // none: it is not growing, or has no limit
  std::optional<std::uint64_t> soft_limit = {};  // none: not known, or any number
  // Handles by type where its table was looked at lately; a little older than `handles`.
  std::map<std::string, std::uint64_t> types = {};
};

struct WatchState {
  Sweep sweep;
  // Some of the processes: those that grow first, then those with the most handles.
  std::vector<ProcessState> processes;
  std::uint64_t others_handles = 0;  // of all others together that could be counted

  // What watching costs.
  std::uint64_t sweeps = 0;  // so far
  double cpu_s = 0;
  std::uint64_t resident_bytes = 0;
  double started_unix_s = 0;
};

}  // namespace ajar::report
