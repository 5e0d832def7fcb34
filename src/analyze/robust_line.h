#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ajar::analyze {

// A number at a moment.
struct Point {
  double at = 0;  // seconds
  double value = 0;
};

// The middle one; of an even number the mean of the two in the middle; 0 of none.
double median(std::vector<double> values);

// A row of points in at most `most`, each the median of equally many neighbours.
std::vector<Point> thinned(std::span<const Point> points, std::size_t most);

// Mann and Kendall's test for a trend: how many pairs of points rise, and by how many standard deviations
// they are more than those that fall, if there were no trend. Equal values are allowed for. Needs no
// assumption about how the values are spread, only that they don't depend on the ones before.
struct Kendall {
  double rising_share = 0;  // of all pairs
  double deviations = 0;    // above 0: rises
};
Kendall kendall(std::span<const Point> points);

// Theil and Sen's line: its slope is the median of the slopes between all pairs, so that nearly a third of
// the points may be anything without moving it much.
struct RobustLine {
  double slope = 0;  // per second
  double at_zero = 0;

  [[nodiscard]] double at(double time) const { return at_zero + slope * time; }
};
RobustLine robust_line(std::span<const Point> points);

// How far values jump to and fro, whatever slower bends there are and however often there is a step: the
// standard deviation of a noise that would make the differences between neighbours as they are.
double jitter(std::span<const Point> points);

}  // namespace ajar::analyze
