// What the units of the program `shapes` have in common: code that is inlined over several levels, and code
// that every unit has a copy of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shapes {

inline namespace v1 {

struct Point {
  double x = 0, y = 0;

  [[nodiscard]] double dot(const Point& other) const { return x * other.x + y * other.y; }
  friend Point operator+(const Point& a, const Point& b) { return {a.x + b.x, a.y + b.y}; }
  friend Point operator*(const Point& a, double k) { return {a.x * k, a.y * k}; }
  explicit operator bool() const { return x != 0 || y != 0; }
};

}  // namespace v1

namespace detail {

template <typename T>
T clamp(T value, T low, T high) {
  if (value < low) return low;
  return high < value ? high : value;
}

template <typename T, typename... Rest>
T sum_of(T first, Rest... rest) {
  if constexpr (sizeof...(rest) == 0) {
    return first;
  } else {
    return static_cast<T>(first + sum_of<T>(static_cast<T>(rest)...));
  }
}

// Inlined into itself.
template <std::size_t N>
struct Power {
  static double of(double base) { return base * Power<N - 1>::of(base); }
};
template <>
struct Power<0> {
  static double of(double /*base*/) { return 1; }
};

}  // namespace detail

// Virtual and multiple inheritance: thunks.
class Shape {
 public:
  virtual ~Shape() = default;
  [[nodiscard]] virtual double area() const = 0;
  [[nodiscard]] virtual std::string name() const { return "shape"; }
};

class Counted {
 public:
  virtual ~Counted() = default;
  virtual void count(int by) { count_ += by; }
  [[nodiscard]] int counted() const { return count_; }

 private:
  int count_ = 0;
};

class Square : public virtual Shape, public Counted {
 public:
  explicit Square(double side) : side_(side) {}
  [[nodiscard]] double area() const override;
  [[nodiscard]] std::string name() const override;
  void count(int by) override;

 private:
  double side_;
};

class Polygon : public Counted, public virtual Shape {
 public:
  explicit Polygon(std::vector<Point> points) : points_(std::move(points)) {}
  [[nodiscard]] double area() const override;
  [[nodiscard]] std::string name() const override;

 private:
  std::vector<Point> points_;
};

// Every unit that calls them has a copy; the linker keeps one.
inline double total_area(const std::vector<std::unique_ptr<Shape>>& all) {
  return std::accumulate(all.begin(), all.end(), 0.0,
                         [](double sum, const auto& shape) { return sum + shape->area(); });
}

template <typename Container, typename Action>
void for_each_pair(const Container& container, Action action) {
  for (std::size_t i = 0; i < container.size(); ++i) {
    for (std::size_t j = i + 1; j < container.size(); ++j) action(container[i], container[j]);
  }
}

std::uint64_t hash_of(std::string_view text);
double perimeter(const std::vector<Point>& points);
std::string risky(int depth);
int local_things(int n);

}  // namespace shapes
