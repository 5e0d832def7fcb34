#pragma once

#include <algorithm>
#include <array>
#include <bit>
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
  // Most of what is counted is of the same moment as what was counted last.
  Bucket& at_time(model::Time at) {
    const auto since = static_cast<std::uint64_t>(std::max<std::int64_t>(at.count(), 0));
    const std::uint64_t index = since >> width_log2_;
    return !buckets_.empty() && buckets_.back().index == index ? buckets_.back() : bucket_of(at);
  }
  Bucket& at_index(std::uint32_t index);
  Bucket& bucket_of(model::Time at);
  void double_width();

  std::vector<Bucket> buckets_;
  unsigned width_log2_ = 20;  // of nanoseconds: about 1 ms
};

// How long closed handles had lived, by powers of two.
class Lifetimes {
 public:
  void add(model::Time lifetime, std::uint32_t number = 1) {
    const std::size_t at = slot(lifetime);
    counts_[at] += number;
    used_ |= std::uint64_t{1} << at;
  }
  // False where nothing like it was added.
  bool take_back(model::Time lifetime);
  void add(const Lifetimes& other);
  void clear();

  [[nodiscard]] std::uint64_t total() const;

  // A time which `share` of all lifetimes did not exceed, at most twice too long; zero where there are none.
  [[nodiscard]] model::Time quantile(double share) const;

 private:
  static constexpr std::size_t slots = 48;
  static std::size_t slot(model::Time lifetime) {
    const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(lifetime.count(), 0));
    return std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(ns)), slots - 1);
  }

  std::array<std::uint32_t, slots> counts_{};
  std::uint64_t used_ = 0;  // a bit for each count that may be other than 0: mostly few are
};

}  // namespace ajar::analyze
