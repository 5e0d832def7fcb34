#include "capture/segment/counter_clock.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "base/clock.h"

namespace ajar::capture::segment {
namespace {

// In the order of the program: nothing before it is still under way.
std::uint64_t read_counter() {
  __builtin_ia32_lfence();
  return __builtin_ia32_rdtsc();
}

// On the line of that slope through the moment. A victim may have written any count.
std::uint64_t on_line(const CounterClock::Moment& moment, double slope, std::uint64_t count) {
  constexpr double kFarthest = 9e18;
  const auto distance = static_cast<double>(static_cast<std::int64_t>(count - moment.count));
  const double ns = std::clamp(distance * slope, -kFarthest, kFarthest);
  return moment.ns + static_cast<std::uint64_t>(static_cast<std::int64_t>(ns));
}

}  // namespace

bool counter_tells_time(const std::filesystem::path& clock_source) {
  std::string name;
  return std::getline(std::ifstream(clock_source), name) && name == "tsc";
}

// The best of a few tries: whoever is interrupted between the two clocks has a moment that never was.
std::uint64_t CounterClock::look() {
  constexpr int kTries = 4;
  constexpr std::uint64_t kCloseEnough = 500;
  Moment best;
  std::uint64_t best_width = ~std::uint64_t{0};
  for (int i = 0; i < kTries && best_width > kCloseEnough; ++i) {
    const std::uint64_t before = read_counter();
    const std::uint64_t ns = base::monotonic_ns();
    const std::uint64_t width = read_counter() - before;
    if (width >= best_width) continue;
    best_width = width;
    best = {.count = before + width / 2, .ns = ns};
  }
  add(best);
  return best.count;
}

double CounterClock::slope(const Moment& first, const Moment& second) {
  return static_cast<double>(second.ns - first.ns) / static_cast<double>(second.count - first.count);
}

void CounterClock::add(Moment moment) {
  const bool set_back = !points_.empty() &&
                        (moment.count <= points_.back().moment.count || moment.ns < points_.back().moment.ns);
  if (set_back) points_.clear();
  points_.push_back({.moment = moment, .slope = points_.empty() ? 0 : slope(points_.back().moment, moment)});
  if (points_.size() > kMoments) {
    points_.erase(std::next(points_.begin()));
    points_[1].slope = slope(points_[0].moment, points_[1].moment);
  }
  if (points_.size() > 1) whole_slope_ = slope(points_.front().moment, moment);
}

std::uint64_t CounterClock::ns_of(std::uint64_t count) const {
  const Point& last = points_.back();
  if (points_.size() < 2) return last.moment.ns;
  if (count > last.moment.count) return on_line(last.moment, whole_slope_, count);
  auto after = std::prev(points_.end());
  if (count < std::prev(after)->moment.count) {
    after =
        std::ranges::lower_bound(points_, count, {}, [](const Point& point) { return point.moment.count; });
    after = std::max(after, std::next(points_.begin()));
  }
  return on_line(after->moment, after->slope, count);
}

}  // namespace ajar::capture::segment
