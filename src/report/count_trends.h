#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// How numbers of open handles went, as plain values: see report.h.
namespace ajar::report {

enum class Trend : std::uint8_t {
  too_short,  // there is too little to judge by
  steady,     // no trend upwards
  rose,       // higher than before, and not by growth that goes on evenly: a step, a warm-up
  growing,
};

// "growing", "too short"
std::string_view trend_word(Trend trend);

// Of which type a growing process's handles are.
struct TypeTrend {
  std::string type;
  std::uint64_t count = 0;     // when they were looked at last
  double rate_per_second = 0;  // of growth
};

struct CountTrend {
  std::int64_t pid = 0;  // 0: not known
  std::string name;
  Trend trend = Trend::too_short;
  std::string reason;
  std::size_t samples = 0;            // that it is judged by
  double from_s = 0, until_s = 0;     // of the first and the last of them
  std::uint64_t first = 0, last = 0;  // handles in these
  std::uint64_t least = 0, most = 0;  // in any
  double rate_per_second = 0;         // of growth; 0 unless it is growing
  double rising_share = 0;            // of all pairs of samples, those of which the later one is higher
  double grows_for_s = 0;             // since it was judged so for the first time; 0 unless it is growing
  // Where its table was looked at meanwhile: the types that grow, the fastest first, and RLIMIT_NOFILE as it
  // was last (none: not known, or any number).
  std::vector<TypeTrend> types = {};
  std::optional<std::uint64_t> soft_limit = {}, hard_limit = {};

  // When it has as many as it may if this goes on. None where it does not grow, or has no limit.
  [[nodiscard]] std::optional<double> full_in_s() const;
};

// A process that did what a trap waited for, and was recorded then.
struct Caught {
  std::int64_t pid = 0;
  std::string name;
  double at_s = 0;  // since counting began
  std::string why;  // the part of the condition that held
  std::uint64_t handles = 0;
  std::optional<std::uint64_t> soft_limit = {};
  double rate_per_second = 0;  // of growth; 0: it was not judged to grow
  std::string recording = {};  // path; empty: nothing was recorded
  std::string report = {};     // path of the report's text; empty: there is none
  std::string trouble = {};    // why there is no recording, or not a whole one; empty: all went well
};

struct CountTrends {
  std::string file;  // of another tool's; empty for a recording
  std::string host;
  std::size_t samples = 0;            // moments
  double seconds = 0;                 // from the first to the last
  std::vector<CountTrend> processes;  // growing ones first, then those that rose; in these the faster first
  std::vector<Caught> caught = {};    // by a trap, in the order of time
  std::vector<std::string> warnings;
};

// A machine at the moment of a look at it.
struct Sweep {
  std::int64_t unix_s = 0;  // the wall clock
  std::uint64_t processes = 0, handles = 0;
  std::uint64_t unreadable = 0;                  // of the processes
  std::optional<std::uint64_t> used, most = {};  // of what the whole system may have open
  double took_s = 0;                             // to look
};

}  // namespace ajar::report
