// Opens and closes a file many times, each time from the bottom of a stack of its own, and prints how long
// one pair took.
//
//   open_close --pairs N --depth D --threads T --paths K
//
// Each of T threads, pinned to a processor of its own, makes N pairs; each pair descends anew through D
// functions, along one of K routes in turn, and opens and closes at the bottom. A tenth of the pairs is made
// before the clock starts.
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <barrier>
#include <chrono>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "frames.h"

namespace {

struct Settings {
  int pairs = 200'000;
  int depth = 10;
  int threads = 1;
  int paths = 16;
};

Settings parse(int argc, char** argv) {
  Settings settings;
  const std::pair<const char*, int*> known[] = {{"--pairs", &settings.pairs},
                                                {"--depth", &settings.depth},
                                                {"--threads", &settings.threads},
                                                {"--paths", &settings.paths}};
  for (int i = 1; i < argc; i += 2) {
    int* target = nullptr;
    for (const auto& [name, value] : known) {
      if (strcmp(argv[i], name) == 0) target = value;
    }
    if (target == nullptr || i + 1 == argc || (*target = atoi(argv[i + 1])) < 1) {
      fprintf(stderr, "usage: %s [--pairs N] [--depth D] [--threads T] [--paths K]\n", argv[0]);
      exit(2);
    }
  }
  return settings;
}

__attribute__((noipa)) int open_and_close(const Route& route) {
  const int fd = open(route.file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    perror(route.file);
    exit(1);
  }
  return close(fd);
}

// The program's own steps and the library's.
std::vector<Step> all_steps() {
  std::vector<Step> steps = {step<16>, step<48>, step<120>, step<640>};
  steps.insert(steps.end(), library_steps, library_steps + library_step_count);
  return steps;
}

// Random, but the same in every run.
std::vector<std::vector<unsigned char>> make_routes(const Settings& settings, std::size_t steps) {
  std::mt19937 random(1);
  std::vector<std::vector<unsigned char>> routes(static_cast<std::size_t>(settings.paths));
  for (std::vector<unsigned char>& route : routes) {
    for (int i = 0; i < settings.depth; ++i) route.push_back(static_cast<unsigned char>(random() % steps));
  }
  return routes;
}

void pin_to_processor(int index) {
  cpu_set_t allowed;
  sched_getaffinity(0, sizeof(allowed), &allowed);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed) || index-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof(one), &one);
    return;
  }
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

double measure(const Settings& settings, int index, std::barrier<>& together) {
  pin_to_processor(index);
  const TemporaryFile file;
  const std::vector<Step> steps = all_steps();
  const auto routes = make_routes(settings, steps.size());
  const auto run = [&](int pairs) {
    for (int i = 0; i < pairs; ++i) {
      const auto& turns = routes[static_cast<std::size_t>(i) % routes.size()];
      const Route route{steps.data(), turns.data(), open_and_close, file.path()};
      if (steps[turns[0]](route, settings.depth - 1) != 0) abort();
    }
  };
  run(settings.pairs / 10 + 1);
  together.arrive_and_wait();
  const auto start = std::chrono::steady_clock::now();
  run(settings.pairs);
  const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
  return spent.count() / settings.pairs;
}

}  // namespace

int main(int argc, char** argv) {
  const Settings settings = parse(argc, argv);
  std::barrier together(settings.threads);
  std::vector<double> results(static_cast<std::size_t>(settings.threads));
  std::vector<std::thread> threads;
  for (int i = 0; i < settings.threads; ++i) {
    threads.emplace_back([&, i] { results[static_cast<std::size_t>(i)] = measure(settings, i, together); });
  }
  for (std::thread& thread : threads) thread.join();
  double sum = 0;
  for (const double result : results) sum += result;
  printf("%.1f ns per pair\n", sum / settings.threads);
  return 0;
}
