#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ajar::import::perfmon {

// What a log says of a process at a moment.
struct Counted {
  std::uint32_t name = 0;  // in CountsLog::names
  std::optional<std::uint64_t> pid;
  std::optional<std::int64_t> started_unix_ns;  // roughly
  std::uint64_t handles = 0;
};

struct CountedMoment {
  std::int64_t unix_ns = 0;
  std::vector<Counted> processes;
};

// What a log of either kind says of handles: its moments in the order in which they stand there.
struct CountsLog {
  std::string host;
  std::vector<std::string> names;  // each once
  std::vector<CountedMoment> moments;

  std::uint32_t name(std::string_view text);

 private:
  std::map<std::string, std::uint32_t, std::less<>> numbers_;  // of names
};

// Whether Perfmon's instance of that name is no process: the sum of all, and the time that nobody used.
bool is_no_process(std::string_view instance, std::optional<std::uint64_t> pid);

}  // namespace ajar::import::perfmon
