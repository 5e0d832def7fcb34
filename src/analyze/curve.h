#pragma once

#include <array>
#include <cstddef>
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
  };

  static constexpr std::uint32_t max_buckets = 128;

  // `at` is the time since the curve's zero; what lies before it counts as at zero. A negative number takes
  // back what was counted before.
  void add_opened(model::Time at, std::int64_t number = 1) { at_time(at).opened += number; }
  void add_closed(model::Time at, std::int64_t number = 1) { at_time(at).closed += number; }

  void add(const Curve& other, std::int64_t times = 1);

  // Makes the buckets wide enough for `at` to be within the last one.
  void widen_to(model::Time at);

  [[nodiscard]] const std::vector<Bucket>& buckets() const { return buckets_; }  // by index
  [[nodiscard]] model::Time width() const { return model::Time{std::int64_t{1} << width_log2_}; }

 private:
  Bucket& at_index(std::uint32_t index);
  Bucket& at_time(model::Time at);
  void double_width();

  std::vector<Bucket> buckets_;
  unsigned width_log2_ = 20;  // of nanoseconds: about 1 ms
};

// How long closed handles had lived, by powers of two.
class Lifetimes {
 public:
  void add(model::Time lifetime, std::uint32_t number = 1) { counts_[slot(lifetime)] += number; }
  // False where nothing like it was added.
  bool take_back(model::Time lifetime);
  void add(const Lifetimes& other);

  [[nodiscard]] std::uint64_t total() const;

  // A time which `share` of all lifetimes did not exceed, at most twice too long; zero where there are none.
  [[nodiscard]] model::Time quantile(double share) const;

 private:
  static std::size_t slot(model::Time lifetime);

  std::array<std::uint32_t, 48> counts_{};
};

}  // namespace ajar::analyze
