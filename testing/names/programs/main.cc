#include <cstdlib>

#include "shapes.h"

#ifdef SHAPES_WITH_C
extern "C" int plain_run(int n);
extern "C" int label_sum(int a, int b);
#endif

extern "C" int shapes_run(int n);

int main(int argc, char** argv) {
  const int n = argc > 1 ? std::atoi(argv[1]) : 9;
  std::vector<std::unique_ptr<shapes::Shape>> one;
  one.push_back(std::make_unique<shapes::Square>(n));
  int sum = shapes_run(n) + static_cast<int>(shapes::total_area(one));
#ifdef SHAPES_WITH_C
  sum += plain_run(n) + label_sum(n, 2);
#endif
  return sum == 42 ? 1 : 0;
}
