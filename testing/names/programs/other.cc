#include <cmath>
#include <functional>
#include <stdexcept>

#include "shapes.h"

namespace shapes {
namespace {

double scale(double value) {
  return value * 3 + detail::sum_of(1.0, 2.0, 3.0);
}

// Thrown from code that the compiler moves away from the rest of its function.
[[gnu::noinline]] int checked(int depth) {
  if (__builtin_expect(depth > 1'000'000, 0)) throw std::out_of_range("too deep: " + std::to_string(depth));
  if (__builtin_expect(depth < -5, 0)) throw std::invalid_argument("negative: " + std::to_string(depth));
  return depth % 7;
}

}  // namespace

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1099511628211U;
  }
  return hash;
}

double perimeter(const std::vector<Point>& points) {
  double sum = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point side = points[(i + 1) % points.size()] + points[i] * -1;
    if (!side) continue;
    sum += std::sqrt(side.dot(side));
  }
  return scale(sum);
}

std::string risky(int depth) {
  std::string trail;
  try {
    for (int i = 0; i < 3; ++i) trail += static_cast<char>('a' + checked(depth + i));
    trail += std::to_string(checked(-depth));
  } catch (const std::out_of_range& error) {
    trail += error.what();
  } catch (const std::exception& error) {
    trail = std::string("other: ") + error.what();
  }
  return trail;
}

int local_things(int n) {
  struct Local {
    int base;
    [[nodiscard]] int plus(int by) const {
      struct Innermost {
        static int square(int v) { return v * v; }
      };
      return Innermost::square(base) + by;
    }
  };
  static const std::function<int(int)> kStored = [](int by) { return Local{by}.plus(1); };
  const auto inner = [n](int by) {
    const auto nested = [by](int again) { return again * by + Local{again}.plus(by); };
    return nested(n) + nested(n + 1);
  };
  return inner(n) + kStored(n);
}

// Nobody calls these: --gc-sections takes them out, and leaves their debug information behind.
int unused_one(int n) {
  return static_cast<int>(hash_of(std::to_string(n)));
}

double unused_two(const std::vector<Point>& points) {
  return perimeter(points) * static_cast<double>(unused_one(static_cast<int>(points.size())));
}

}  // namespace shapes
