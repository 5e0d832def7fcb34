#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "analyze/robust_line.h"
#include "report/count_trends.h"

// A process that falls when another one ends: did it hold handles for that one?
namespace ajar::analyze {

// How many handles a process had, as far as that is kept.
struct CountRow {
  std::span<const Point> samples;             // never empty
  double since = 0;                           // its first sample's time, kept or not
  std::optional<Point> least_forgotten = {};  // the lowest of those that are not kept any more
};

constexpr double kLeastFall = 10;  // handles, from one sample to the next

// Handles given back at once, from one sample to the next, or the second one after it.
struct Fall {
  Point before, after;
  double may_end_from = 0, may_end_until = 0;  // last samples of those with whose end this goes together

  [[nodiscard]] double by() const { return before.value - after.value; }
};

// Those that begin at samples after `from` and up to `until`; of the last sample it is not yet known how far
// a fall goes on, so it has none.
std::vector<Fall> falls_in(std::span<const Point> samples, double from, double until);

// One that ended at a fall. `shared`: of the handles of the falling one, those that led to it when both were
// looked at last.
struct EndedRow {
  CountRow counts;
  double shared = 0;
};

struct FallJudged {
  report::FallAtEnd::Basis basis{};
  std::vector<std::size_t> ended;          // places of those that it is about
  std::vector<std::optional<double>> r{};  // of each of these, where counts say it
};

// Whether the process held what it gave back for one of those that ended meanwhile. Nothing where there is no
// evidence: what was seen to be shared, and is about as much as it fell by; or that it rose as the other one
// did while that lived, gives back a good part of it, and never fell so before. `fell_before`: by how much it
// did at most, where that was no such fall. A saw-tooth falls again and again, also when somebody ends.
std::optional<FallJudged> judge_fall(const CountRow& falling, const Fall& fall, double fell_before,
                                     std::span<const EndedRow> ended);

}  // namespace ajar::analyze
