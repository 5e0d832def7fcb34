#include "shapes.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>

namespace shapes {
namespace {

// A static function and one in an unnamed namespace of the same name as in other.cc.
double scale(double value) {
  return detail::clamp(value * detail::Power<5>::of(1.01), 0.0, 1e9);
}

struct Hidden {
  int value;
  [[nodiscard]] int twice() const { return value + value; }
  static int shared(int by) { return by * 17; }
};

[[gnu::noinline]] int with_hidden(int n) {
  Hidden hidden{n};
  return hidden.twice() + Hidden::shared(n);
}

}  // namespace

double Square::area() const {
  return scale(side_ * side_);
}

std::string Square::name() const {
  return "square of " + std::to_string(side_);
}

void Square::count(int by) {
  Counted::count(detail::sum_of(by, 2, 3));
}

double Polygon::area() const {
  double twice = 0;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const Point& a = points_[i];
    const Point& b = points_[(i + 1) % points_.size()];
    twice += a.x * b.y - a.y * b.x;
  }
  return std::abs(twice) / 2;
}

std::string Polygon::name() const {
  return "polygon with " + std::to_string(points_.size()) + " corners";
}

namespace outer::inner {

struct Visitor {
  struct Deep {
    static int go(int n) { return n < 2 ? n : go(n - 1) + go(n - 2); }
  };
  int operator()(int n) const { return Deep::go(n); }
};

int visit(int n) {
  return Visitor{}(n) + Visitor::Deep::go(n / 2);
}

}  // namespace outer::inner

}  // namespace shapes

namespace {

std::map<std::string, int> words_of(const std::vector<std::string>& names) {
  std::map<std::string, int> words;
  for (const std::string& name : names) {
    for (std::size_t at = 0; at < name.size();) {
      const std::size_t end = std::min(name.find(' ', at), name.size());
      ++words[name.substr(at, end - at)];
      at = end + 1;
    }
  }
  return words;
}

template <typename F>
auto twice(F f) {
  return [f](auto... arguments) { return f(arguments...) + f(arguments...); };
}

}  // namespace

extern "C" int shapes_run(int n) {
  using namespace shapes;
  std::vector<std::unique_ptr<Shape>> all;
  for (int i = 0; i < n; ++i) {
    if (i % 2 == 0) {
      all.push_back(std::make_unique<Square>(i));
    } else {
      all.push_back(std::make_unique<Polygon>(std::vector<Point>{{0, 0}, {1.0 * i, 0}, {0, 2.0 * i}}));
    }
  }
  std::vector<std::string> names;
  std::ranges::transform(all, std::back_inserter(names), [](const auto& shape) { return shape->name(); });
  std::ranges::sort(names, [](const std::string& a, const std::string& b) {
    return hash_of(a) != hash_of(b) ? hash_of(a) < hash_of(b) : a < b;
  });
  double spread = 0;
  for_each_pair(names, [&spread](const auto& a, const auto& b) {
    spread += std::abs(static_cast<double>(a.size()) - static_cast<double>(b.size()));
  });
  const auto doubled = twice([n](int by) { return n * by; });
  const auto words = words_of(names);
  const std::string risk = risky(n);
  std::printf("%f %f %zu %d %d %d %s %f\n", total_area(all), spread, words.size(), doubled(3), with_hidden(n),
              outer::inner::visit(n) + local_things(n), risk.c_str(), perimeter({{0, 0}, {3, 4}}));
  return static_cast<int>(words.size());
}
