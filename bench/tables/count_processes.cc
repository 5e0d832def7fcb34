// What it costs to count the handles of all processes once more: by the sizes of their folders, by listing
// these, and by the sizes where that was 20 ms ago, so that the processor's caches have little of it any
// more. count_processes CHILDREN ROUNDS: makes so many sleeping children first, with some 60 handles each.
// Prints the CPU time of this process for 1,000 processes in milliseconds, the median of the rounds.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "tables/handle_counts.h"

namespace {

constexpr int kHandles = 60;

using ajar::tables::HandleCounts;

double cpu_ms() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return ms(used.ru_utime) + ms(used.ru_stime);
}

double per_thousand(HandleCounts::How how, int rounds, std::chrono::milliseconds apart = {}) {
  HandleCounts counts(ajar::platform::ProcFs(), how);
  counts.discover();
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) {
    std::this_thread::sleep_for(apart);
    const double before = cpu_ms();
    const std::size_t processes = counts.count().size();
    times.push_back((cpu_ms() - before) * 1000 / static_cast<double>(std::max<std::size_t>(processes, 1)));
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::vector<pid_t> children;
  for (int i = 0; i < std::atoi(argv[1]); ++i) {
    const pid_t child = fork();
    if (child == 0) {
      // As many as a server of middling size has.
      for (int handle = 0; handle < kHandles; ++handle) static_cast<void>(dup(0));
      pause();
      _exit(0);
    }
    if (child < 0) break;
    children.push_back(child);
  }
  const int rounds = std::max(std::atoi(argv[2]), 1);
  const double by_size = per_thousand(HandleCounts::How::as_kernel_does, rounds);
  const double by_listing = per_thousand(HandleCounts::How::by_listing, rounds);
  const double apart = per_thousand(HandleCounts::How::as_kernel_does, rounds, std::chrono::milliseconds(20));
  std::printf("%.3f %.3f %.3f\n", by_size, by_listing, apart);
  for (const pid_t child : children) kill(child, SIGKILL);
  while (wait(nullptr) > 0) {
  }
  return 0;
}
