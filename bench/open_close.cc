// Opens and closes a file many times, each time from the bottom of a stack of its own, and prints how long
// one pair took, by the clock and of the threads' own processor time.
//
//   open_close --pairs N --depth D --threads T --paths K
//
// Each of T threads, pinned to a processor of its own, makes N pairs; each pair descends anew through D
// functions, along one of K routes in turn, and opens and closes at the bottom. A tenth of the pairs is made
// before the clock starts.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <barrier>
#include <chrono>
#include <thread>
#include <vector>

#include "options.h"
#include "processor.h"
#include "routes.h"

namespace {

struct Settings {
  int pairs = 200'000;
  int depth = 10;
  int threads = 1;
  int paths = 16;
};

__attribute__((noipa)) int open_and_close(const Route& route) {
  const int fd = open(route.file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    perror(route.file);
    exit(1);
  }
  return close(fd);
}

class TemporaryFile {
 public:
  TemporaryFile() { close(mkstemp(path_)); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { unlink(path_); }
  const char* path() const { return path_; }

 private:
  char path_[32] = "/tmp/open_close-XXXXXX";
};

// What a pair took, by the clock and of the processor's time.
struct Cost {
  double clock = 0, processor = 0;
};

Cost measure(const Settings& settings, int index, std::barrier<>& together) {
  pin_to_processor(index);
  const TemporaryFile file;
  const Descents descents(settings.paths, settings.depth);
  descents.run(settings.pairs / 10 + 1, open_and_close, file.path());
  together.arrive_and_wait();
  const double processor = processor_ns();
  const auto start = std::chrono::steady_clock::now();
  descents.run(settings.pairs, open_and_close, file.path());
  const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
  return {spent.count() / settings.pairs, (processor_ns() - processor) / settings.pairs};
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  read_options(argc, argv,
               {{"--pairs", &settings.pairs},
                {"--depth", &settings.depth},
                {"--threads", &settings.threads},
                {"--paths", &settings.paths}});
  std::barrier together(settings.threads);
  std::vector<Cost> results(static_cast<std::size_t>(settings.threads));
  std::vector<std::thread> threads;
  for (int i = 0; i < settings.threads; ++i) {
    threads.emplace_back([&, i] { results[static_cast<std::size_t>(i)] = measure(settings, i, together); });
  }
  for (std::thread& thread : threads) thread.join();
  Cost sum;
  for (const Cost& result : results) {
    sum.clock += result.clock;
    sum.processor += result.processor;
  }
  printf("%.1f ns per pair, of the processor's time %.1f\n", sum.clock / settings.threads,
         sum.processor / settings.threads);
  return 0;
}
