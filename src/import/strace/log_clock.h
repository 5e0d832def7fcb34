#pragma once

#include <algorithm>
#include <cstdint>

#include "import/strace/log_line.h"

namespace ajar::import::strace {

// The time in a log, from 0 at its first line that has one. It never goes back; lines without a time are of
// the last one.
class LogClock {
 public:
  model::Time time_of(const Stamp& stamp) {
    using Clock = Stamp::Clock;
    if (stamp.clock == Clock::none) return now_;
    if (stamp.clock == Clock::since_last) {
      if (has_times_) now_ = std::min(now_ + stamp.time, kLatest);
      has_times_ = true;
      return now_;
    }
    constexpr model::Time kDay = std::chrono::hours(24);
    if (!has_times_) start_ = last_ = stamp.time;
    has_times_ = true;
    is_unix_ = is_unix_ || stamp.clock == Clock::unix_time;
    // After midnight; a clock that is set back is no midnight.
    if (stamp.clock == Clock::of_day && stamp.time + kDay / 2 < last_) days_ += kDay;
    last_ = stamp.time;
    now_ = std::clamp(stamp.time + days_ - start_, now_, kLatest);
    return now_;
  }

  [[nodiscard]] model::Time now() const { return now_; }
  // Nanoseconds since 1970; 0: not known.
  [[nodiscard]] std::int64_t unix_start() const { return is_unix_ ? start_.count() : 0; }

 private:
  static constexpr model::Time kLatest = std::chrono::hours(24 * 365 * 100);

  model::Time start_{}, last_{}, days_{}, now_{};
  bool has_times_ = false, is_unix_ = false;
};

}  // namespace ajar::import::strace
