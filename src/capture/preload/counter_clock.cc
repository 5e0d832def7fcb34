#include "capture/preload/counter_clock.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <string>

namespace ajar::capture::preload {
namespace {

std::uint64_t monotonic_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::nanoseconds(now).count());
}

// In the order of the program: nothing before it is still under way.
std::uint64_t read_counter() {
  __builtin_ia32_lfence();
  return __builtin_ia32_rdtsc();
}

// On the line through two moments, the first before the second. A victim may have written any count.
std::uint64_t on_line(const CounterClock::Moment& first, const CounterClock::Moment& second,
                      std::uint64_t count) {
  constexpr double kFarthest = 9e18;
  const double slope =
      static_cast<double>(second.ns - first.ns) / static_cast<double>(second.count - first.count);
  const auto distance = static_cast<double>(static_cast<std::int64_t>(count - second.count));
  const double ns = std::clamp(distance * slope, -kFarthest, kFarthest);
  return second.ns + static_cast<std::uint64_t>(static_cast<std::int64_t>(ns));
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
    const std::uint64_t ns = monotonic_ns();
    const std::uint64_t width = read_counter() - before;
    if (width >= best_width) continue;
    best_width = width;
    best = {.count = before + width / 2, .ns = ns};
  }
  add(best);
  return best.count;
}

void CounterClock::add(Moment moment) {
  const bool set_back =
      !moments_.empty() && (moment.count <= moments_.back().count || moment.ns < moments_.back().ns);
  if (set_back) moments_.clear();
  moments_.push_back(moment);
  if (moments_.size() > kMoments) moments_.erase(std::next(moments_.begin()));
}

std::uint64_t CounterClock::ns_of(std::uint64_t count) const {
  if (moments_.size() < 2) return moments_.back().ns;
  const Moment& last = moments_.back();
  if (count > last.count) return on_line(moments_.front(), last, count);
  auto after = std::prev(moments_.end());
  if (count < std::prev(after)->count) {
    after = std::ranges::lower_bound(moments_, count, {}, &Moment::count);
    after = std::max(after, std::next(moments_.begin()));
  }
  return on_line(*std::prev(after), *after, count);
}

}  // namespace ajar::capture::preload
