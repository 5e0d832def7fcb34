#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

// Performance data as Windows hands them out (RegQueryValueEx of HKEY_PERFORMANCE_DATA), which binary logs
// hold as they are: a PERF_DATA_BLOCK, a PERF_OBJECT_TYPE, its counters and its instances. Source: winperf.h
// of the Windows SDK and its documentation. Of the object Process only.
namespace ajar::import::perfmon {

struct PerfProcess {
  std::string name;  // of its program, without ".exe"
  std::uint64_t handles = 0;
  std::optional<std::uint64_t> pid;
  std::optional<double> elapsed_s;  // since it started
};

struct PerfBlock {
  std::uint64_t filetime = 0;
  std::string host;
  bool has_handles = false;  // it is of the object Process, and has the counter
  std::vector<PerfProcess> processes;
};

// Whether the bytes begin as such a block.
bool is_perf_block(std::span<const std::byte> bytes);

// Errors say what of it goes beyond its end or makes no sense.
base::Result<PerfBlock> read_perf_block(std::span<const std::byte> bytes);

}  // namespace ajar::import::perfmon
