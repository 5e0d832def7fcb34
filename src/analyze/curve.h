#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "model/ids.h"

namespace ajar::analyze {

// How many handles were opened and closed when, in bounded memory. Time is cut into at most 128 buckets of
// one width; when time runs past the last one, the width doubles and neighbours are merged. So the resolution
// is always between 1/64 and 1/128 of the time seen, and what is counted may come in any order. Curves with
// the same time zero can be added up. Only buckets in which something happened take room.
class Curve {
 public:
  struct Bucket {
    std::uint32_t index = 0;
    std::int64_t opened = 0, closed = 0;

    void add(const Bucket& other, std::int64_t times = 1) {
      opened += times * other.opened;
      closed += times * other.closed;
    }
  };

  static constexpr std::uint32_t max_buckets = 128;

  // `at` is the time since the curve's zero; what lies before it counts as at zero. A negative number takes
  // back what was counted before.
  void add_opened(model::Time at, std::int64_t number = 1) { at_time(at).opened += number; }
  void add_closed(model::Time at, std::int64_t number = 1) { at_time(at).closed += number; }

  void add(const Curve& other, std::int64_t times = 1);

  // Makes the buckets wide enough for `at` to be within the last one.
  void widen_to(model::Time at);

  [[nodiscard]] std::vector<Bucket> buckets() const;  // by index
  [[nodiscard]] model::Time width() const { return model::Time{std::int64_t{1} << width_log2_}; }

 private:
  Bucket& at_time(model::Time at) {
    const auto since = static_cast<std::uint64_t>(std::max<std::int64_t>(at.count(), 0));
    const std::uint64_t index = since >> width_log2_;
    return index < max_buckets && index == newest_.index ? newest_ : bucket_of(at);
  }
  [[nodiscard]] bool empty() const { return newest_.index == max_buckets; }
  Bucket& at_index(std::uint32_t index);
  Bucket& bucket_of(model::Time at);
  void double_width();

  // Most of what is counted falls into the newest bucket, which therefore is in the curve itself.
  Bucket newest_{.index = max_buckets};  // of a curve with nothing in it, no bucket
  unsigned width_log2_ = 20;             // of nanoseconds: about 1 ms
  std::vector<Bucket> older_;            // by index
};

}  // namespace ajar::analyze
