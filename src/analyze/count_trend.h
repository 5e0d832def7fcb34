#pragma once

#include <cstddef>
#include <span>

#include "analyze/robust_line.h"
#include "report/count_trends.h"

namespace ajar::analyze {

// Before there are so many samples, nothing is judged.
inline constexpr std::size_t kSamplesToJudge = 8;

// Whether a process's number of handles grows, from samples of it in the order of time. Growing is what rises
// beyond chance (Mann and Kendall), by more than the numbers jump to and fro, and along a line: what rises at
// once, ever slower, or falls back again does not. Sets all but who the process is.
//
// No assumption is made on how often samples come. Takes at most some 30,000 steps for any number of samples.
report::CountTrend trend_of(std::span<const Point> samples);

// Whether it grows by now, while one watches: the same of the longest row of last samples that grows, which
// needs fewer of them than a look at all. What grows only in these counts where it has come to numbers that
// were not there before: a saw-tooth's next tooth has not.
report::CountTrend trend_by_now(std::span<const Point> samples);

// Of samples of which nobody can tell whether they are all of one process: the same, since it last fell to a
// fraction at once, as a program does that is started anew; and where it did so more than once, nothing but
// that.
report::CountTrend trend_of_instance(std::span<const Point> samples);

}  // namespace ajar::analyze
