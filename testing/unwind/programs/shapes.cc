#include "shapes.h"

#include <array>
#include <cmath>
#include <cstdarg>
#include <memory>
#include <string>
#include <vector>

namespace shapes {
namespace {

volatile double heat = 1.5;

struct Shape {
  virtual ~Shape() = default;
  [[nodiscard]] virtual double area(const std::function<void()>& visit) const = 0;
};

struct Circle : Shape {
  double radius = 2;
  [[nodiscard]] double area(const std::function<void()>& visit) const override {
    visit();
    return radius * radius * 3;
  }
};

struct Named {
  virtual ~Named() = default;
  virtual void name(std::string& to) = 0;
};

// Two bases: calls through the second one go by a thunk.
struct Square : Shape, Named {
  double side = 3;
  [[nodiscard]] double area(const std::function<void()>& visit) const override {
    visit();
    return side * side + heat;
  }
  void name(std::string& to) override { to += "a square of a name that is not short"; }
};

[[gnu::noinline]] double mean(int count, ...) {
  va_list values;
  va_start(values, count);
  double sum = 0;
  for (int i = 0; i < count; ++i) sum += va_arg(values, double);
  va_end(values);
  return sum / count;
}

// As many arguments as go by registers, and some more.
[[gnu::noinline]] double crowded(double a, double b, double c, double d, double e, double f, double g,
                                 double h, double i, int j, int k, int l, int m, int n, int o, int p, int q,
                                 const std::function<void()>& visit) {
  visit();
  return std::sqrt(a + b + c + d) * std::pow(e + f, 1.1) + g + h + i + j + k + l + m + n + o + p + q;
}

int ackermann(int m, int n, const std::function<void()>& visit) {
  if (n % 3 == 0) visit();
  if (m == 0) return n + 1;
  return n == 0 ? ackermann(m - 1, 1, visit) : ackermann(m - 1, ackermann(m, n - 1, visit), visit);
}

}  // namespace

void deep(int depth, const std::function<void()>& at_the_bottom) {
  std::array<volatile int, 16> room{};
  room[static_cast<std::size_t>(depth) % 16] = depth;
  if (depth == 0) return at_the_bottom();
  deep(depth - 1, at_the_bottom);
  room[3] = room[2] + 1;
}

void all(int turn, const std::function<void()>& visit) {
  std::vector<std::unique_ptr<Shape>> shapes;
  for (int i = 0; i < 20; ++i) {
    if (i % 2 == 0) {
      shapes.push_back(std::make_unique<Circle>());
    } else {
      shapes.push_back(std::make_unique<Square>());
    }
  }
  double sum = 0;
  std::string names;
  for (const auto& shape : shapes) {
    sum += shape->area(visit);
    if (auto* named = dynamic_cast<Named*>(shape.get()); named != nullptr) named->name(names);
  }
  for (int i = 0; i < 100; i += 7) deep(i * 4, visit);
  sum += ackermann(2, 3 + turn % 3, visit) + mean(5, 1.0, 2.0, heat, 4.0, 5.0);
  for (int i = 0; i < 10; ++i) sum += crowded(1, 2, 3, heat, 5, 6, 7, 8, i, 1, 2, 3, 4, 5, 6, 7, 8, visit);
  heat = sum + static_cast<double>(names.size());
}

}  // namespace shapes
