#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "analyze/curve.h"

namespace ajar::analyze {

// The number of outstanding handles at the ends of a curve's buckets, up to the end of a life.
struct Levels {
  double width_s = 0;
  std::vector<std::int64_t> at;

  // The highest level up to a time.
  [[nodiscard]] std::int64_t peak_until(double time_s) const;
};

// `closed_at_shutdown` closes, the last ones, are left out: what a program closes on its way out says nothing
// about how it lived.
Levels levels(const Curve& curve, double life_s, std::uint64_t closed_at_shutdown);

// When the level rose for good: one time per handle, for the moments after which the level never again fell
// below. Churn on top does not show in it.
std::vector<double> lasting_growth(const Levels& levels);

// The shape of a row of moments, of which each made a number grow by one.
struct Growth {
  std::vector<double> times;  // ascending
  double horizon = 0;         // up to here growth would have been seen

  [[nodiscard]] std::size_t count() const { return times.size(); }
  [[nodiscard]] double first() const { return times.front(); }
  [[nodiscard]] double last() const { return times.back(); }
  [[nodiscard]] double period() const { return last() - first(); }
  [[nodiscard]] double quiet() const { return horizon - last(); }
  [[nodiscard]] double rate() const;  // per second while it grew; 0 for a burst, which has none

  // How many came after `share` of the time from the first to `until`.
  [[nodiscard]] std::size_t after_share(double share, double until) const;
  // Into how many tenths of the time from the first to `until` they fall: many for growth that is spread.
  [[nodiscard]] std::size_t tenths(double until) const;
  // Whether the quiet at its end is no longer than quiet times within it.
  [[nodiscard]] bool reaches_horizon() const;
  [[nodiscard]] double longest_gap() const { return gap(0); }

 private:
  // The longest gap, or the one after `skip` longer ones; 0 where there are fewer.
  [[nodiscard]] double gap(std::size_t skip) const;
};

}  // namespace ajar::analyze
