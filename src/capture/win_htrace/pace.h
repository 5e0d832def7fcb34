#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace ajar::capture::win_htrace {

// How often a ring is looked at. A look costs a copy of all that it holds, up to 20 MB; whatever doesn't fit
// between two looks is lost. So there are as few looks as keep the ring from filling, and more only as long
// as it fills fast: then also where that costs ajar half of a processor.
class Pace {
 public:
  using Time = std::chrono::nanoseconds;
  static constexpr Time kShortest = std::chrono::milliseconds(5), kLongest = std::chrono::milliseconds(500);

  [[nodiscard]] bool is_due(Time now) const { return now >= next_; }

  // A look at that time took so long, and found that many percent of the ring new.
  void looked(Time now, Time cost, std::size_t percent_new) {
    constexpr std::size_t kFilling = 25, kSlow = 5;
    if (percent_new >= kFilling) {
      between_ = percent_new >= 2 * kFilling ? kShortest : between_ / 2;
    } else if (percent_new < kSlow) {
      between_ *= 2;
    }
    const bool is_filling = percent_new >= kFilling;
    between_ = std::clamp(between_, std::max(kShortest, is_filling ? cost : 10 * cost), kLongest + 10 * cost);
    next_ = now + between_;
  }

 private:
  Time between_ = std::chrono::milliseconds(20);
  Time next_{};
};

}  // namespace ajar::capture::win_htrace
