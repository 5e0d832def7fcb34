// Allocates and frees many times, each time from the bottom of a stack of its own, as open_close opens and
// closes, and prints how long one pair took of the
// processor's time.
//
//   malloc_free --pairs N --depth D --paths K
#include <stdio.h>
#include <stdlib.h>

#include <thread>

#include "options.h"
#include "processor.h"
#include "routes.h"

namespace {

struct Settings {
  int pairs = 200'000;
  int depth = 30;
  int paths = 1;
};

__attribute__((noipa)) int allocate_and_free(const Route&) {
  constexpr size_t kSize = 40;
  void* volatile memory = malloc(kSize);
  if (memory == nullptr) return 1;
  free(memory);
  return 0;
}

double measure(const Settings& settings) {
  pin_to_processor(0);
  const Descents descents(settings.paths, settings.depth);
  descents.run(settings.pairs / 10 + 1, allocate_and_free, nullptr);
  const double start = processor_ns();
  descents.run(settings.pairs, allocate_and_free, nullptr);
  return (processor_ns() - start) / settings.pairs;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  read_options(argc, argv,
               {{"--pairs", &settings.pairs}, {"--depth", &settings.depth}, {"--paths", &settings.paths}});
  double spent = 0;
  std::thread([&] { spent = measure(settings); }).join();
  printf("%.1f ns per pair\n", spent);
  return 0;
}
