#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>

namespace ajar::capture::segment {

// Whether the processor's time stamp counter can tell the time: the kernel takes its own from it, and so has
// found that it is the same on all processors and never stops. `clock_source`: where the kernel says that.
bool counter_tells_time(const std::filesystem::path& clock_source =
                            "/sys/devices/system/clocksource/clocksource0/current_clocksource");

// What the processor's counter says as nanoseconds of CLOCK_MONOTONIC. Both are read now and then; what lies
// between two such moments is put between their times in proportion, so that times neither drift away nor
// ever turn their order. One thread at a time.
class CounterClock {
 public:
  struct Moment {
    std::uint64_t count = 0;
    std::uint64_t ns = 0;

    bool operator==(const Moment&) const = default;
  };

  // Takes the first moment: no count that comes later should be from long before it.
  CounterClock() { look(); }

  // Reads both clocks. Counts up to the one returned have their final times from now on.
  std::uint64_t look();

  // Counts that are later than the last look, or earlier than what is remembered (some seconds, in a busy
  // session less), have times that are right to some millionths of the distance.
  [[nodiscard]] std::uint64_t ns_of(std::uint64_t count) const;

  // For look(), and for tests with moments of their own. One that is not later than the last means that the
  // counter was set back (by a suspend): all before it is forgotten.
  void add(Moment moment);

 private:
  static constexpr std::size_t kMoments = 1024;

  // A moment, and how many nanoseconds a count is worth since the one before it.
  struct Point {
    Moment moment;
    double slope = 0;
  };

  [[nodiscard]] static double slope(const Moment& first, const Moment& second);

  std::deque<Point> points_;  // by count and by time; the first one stays
  double whole_slope_ = 0;    // from the first to the last
};

}  // namespace ajar::capture::segment
