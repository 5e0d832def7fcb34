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

// A process that the report on another one names.
struct NamedProcess {
  std::int64_t pid = 0;
  std::string name;
};

// Another process that grows, and of what both grow by much is shared: a connection with an end in each, the
// same open file, the same pipe.
struct Companion {
  NamedProcess process;
  std::vector<TypeTrend> shared;  // of this process's handles those that lead there, most first
  double share_of_growth = 0;     // that these are of all that this process grew by meanwhile
};

// Another process that grows, and does so faster and slower when this one does. That alone proves nothing.
struct Alike {
  NamedProcess process;
  double r = 0;  // Pearson's, of how much they grew from count to count
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
  bool ended = false;                 // before the last count
  double grows_for_s = 0;             // since it was judged so for the first time; 0 unless it is growing
  // Where its table was looked at meanwhile: the types that grow, the fastest first, and RLIMIT_NOFILE as it
  // was last (none: not known, or any number).
  std::vector<TypeTrend> types = {};
  std::optional<std::uint64_t> soft_limit = {}, hard_limit = {};
  std::vector<Companion> together = {};  // only growing ones have them; those that share the most first
  std::vector<Alike> alike = {};         // the same; those whose r is the highest first

  // When it has as many as it may if this goes on. None where it does not grow, has no limit,
  // or has ended.
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

// How many handles a process had at a moment.
struct CountPoint {
  double at_s = 0;
  std::uint64_t handles = 0;
};

// A process gave handles back at once when others ended.
struct FallAtEnd {
  // What says that it held them for those.
  enum class Basis : std::uint8_t {
    shared,       // they were seen to be shared
    alike,        // it had risen as the other one did, and had never fallen so before
    several,      // the same, but more ended at once, and nobody can say for which of them
    coincidence,  // nothing but that both had been growing
  };

  struct Ended {
    NamedProcess process;
    std::uint64_t shared = 0;  // when it was looked at last
    std::optional<double> r = {};
    std::vector<CountPoint> curve;
  };

  NamedProcess process;
  Basis basis = Basis::coincidence;
  double at_s = 0;
  std::uint64_t from = 0, to = 0;  // handles
  std::vector<CountPoint> curve;   // up to the fall and a little beyond
  std::vector<Ended> ended;
};

// "shared", "alike", "several", "coincidence"
std::string_view basis_word(FallAtEnd::Basis basis);

// A process that grows while lsass does, on Windows: lsass holds what stands behind access tokens.
struct TokenQuestion {
  enum class Known : std::uint8_t {
    counts,    // nothing but that both grow
    tokens,    // it is access tokens that the process has more and more of
    pool_out,  // the kernel ran out of a pool meanwhile, of which each handle takes some
  };

  NamedProcess process, lsass;
  Known known = Known::counts;
  double tokens_per_second = 0;  // where they are known
  bool is_of_log = false;        // the question is for whoever has the machine
};

// "counts", "tokens", "pool out"
std::string_view known_word(TokenQuestion::Known known);

struct CountTrends {
  std::string file;  // of another tool's; empty for a recording
  std::string host;
  std::size_t samples = 0;            // moments
  double seconds = 0;                 // from the first to the last
  std::vector<CountTrend> processes;  // growing ones first, then those that rose; in these the faster first
  std::vector<Caught> caught = {};    // by a trap, in the order of time
  std::vector<FallAtEnd> falls;       // in the order of time
  std::vector<TokenQuestion> tokens;
  std::vector<std::string> warnings;
};

// A machine at the moment of a look at it.
struct Sweep {
  std::int64_t unix_s = 0;  // the wall clock
  std::uint64_t processes = 0, handles = 0;
  std::uint64_t unreadable = 0;                  // of the processes
  std::optional<std::uint64_t> used, most = {};  // of what the whole system may have open
  double took_s = 0;                             // to look
  // How many pairs that grow together, and falls when others ended, were found by now.
  std::uint64_t findings = 0;
};

}  // namespace ajar::report
