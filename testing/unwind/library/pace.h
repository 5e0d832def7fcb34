#pragma once

#include <stdint.h>

namespace ajar::unwinding {

// Which of many occasions are taken: at first every one, and every time that `each` were taken, half as many
// as before, at irregular distances. So a long run ends, and its end counts as its beginning does.
class Pace {
 public:
  void begin(uint64_t each) {
    each_ = each;
    occasions_ = next_ = taken_ = 0;
    distance_ = 1;
  }

  bool due() {
    const uint64_t now = __atomic_fetch_add(&occasions_, 1, __ATOMIC_RELAXED);
    if (__builtin_expect(now < __atomic_load_n(&next_, __ATOMIC_RELAXED), 1)) return false;
    if (++taken_ % each_ == 0) distance_ *= 2;
    random_ = random_ * 6364136223846793005ULL + 1442695040888963407ULL;
    const uint64_t skipped = distance_ == 1 ? 0 : (random_ >> 33U) % (2 * distance_ - 1);
    __atomic_store_n(&next_, now + 1 + skipped, __ATOMIC_RELAXED);
    return true;
  }

 private:
  uint64_t each_ = 1000;
  uint64_t occasions_ = 0;
  uint64_t next_ = 0;
  uint64_t taken_ = 0;
  uint64_t distance_ = 1;
  uint64_t random_ = 7;
};

}  // namespace ajar::unwinding
