#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/count_trends.h"

// What a system's own log says of what handles take, as plain values: see report.h.
namespace ajar::report {

struct SystemTrouble {
  // What was used up, that which says most first.
  enum class Of : std::uint8_t {
    pool,    // the kernel's memory
    ports,   // those of sockets
    memory,  // that of all programs together
    maybe,   // one of these, or nothing of the kind
  };

  Of of = Of::maybe;
  std::string what;    // "paged pool is empty"
  std::string source;  // of the events that say so
  std::uint32_t id = 0;
  std::uint64_t times = 0;
  std::int64_t first_unix_ns = 0, last_unix_ns = 0;
  std::string text;  // of the last one
};

// Whether handles that are never closed use that up, whatever else may.
constexpr bool is_of_handles(SystemTrouble::Of of) {
  return of == SystemTrouble::Of::pool || of == SystemTrouble::Of::ports;
}

// "pool", "ports", "memory", "maybe"
std::string_view trouble_word(SystemTrouble::Of of);

// From a start of the system to the next one.
struct SystemRun {
  std::optional<std::int64_t> started_unix_ns;
  std::optional<std::int64_t> next_start_unix_ns;
  bool crashed = false;  // it ended without a shutdown
  std::vector<SystemTrouble> troubles;
};

struct SystemLog {
  std::string channel, host;
  std::uint64_t events = 0;    // that were looked at
  std::uint64_t not_read = 0;  // that could not be read
  bool cut_off = false;        // after these there was more
  std::int64_t from_unix_ns = 0, until_unix_ns = 0;
  std::uint64_t starts = 0;     // of the system, that it tells
  std::vector<SystemRun> runs;  // those with troubles
};

struct SystemLogs {
  std::string file;                     // of another tool's; empty for a recording
  std::vector<SystemLog> logs;          // those with troubles first
  std::vector<std::string> looked_for;  // sources with their numbers: "srv 2019"
  CountTrends counts;                   // of processes, as far as the events tell numbers of handles
  std::vector<std::string> warnings;
};

// Whether they tell of any; `of_handles`: only what is_of_handles() counts.
bool has_trouble(const SystemLogs& logs, bool of_handles);

}  // namespace ajar::report
