// Runs commands in turn and prints what each run took.
//
//   time_runs ROUNDS PROGRAM [ARGUMENT]… [-- PROGRAM [ARGUMENT]…]…
//
// A line for each round, with three numbers for each command: nanoseconds from its start to its end, those of
// the processor, and the most KiB that it had in memory. Commands write to /dev/null; a command's own "--" is
// written
// "---". Ends with status 1 where a command fails.
//
// Small and in C's language: until it is another program a child has its parent's memory, which counts.
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace {

long long now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

long long nanoseconds(const timeval& time) {
  return time.tv_sec * 1'000'000'000LL + time.tv_usec * 1'000LL;
}

void run(char** command, const posix_spawn_file_actions_t& silent) {
  const long long start = now();
  pid_t child = 0;
  if (posix_spawnp(&child, command[0], &silent, nullptr, command, environ) != 0) {
    fprintf(stderr, "time_runs: %s cannot be started\n", command[0]);
    exit(1);
  }
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) exit(1);
  const long long end = now();
  if (status != 0) {
    fprintf(stderr, "time_runs: %s ended with wait status %d\n", command[0], status);
    exit(1);
  }
  printf("%lld %lld %ld ", end - start, nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime),
         usage.ru_maxrss);
}

}  // namespace

int main(int argc, char** argv) {
  constexpr int kMost = 8;
  char** commands[kMost];
  int count = 0;
  for (int i = 1; i < argc; ++i) {
    const bool ends_one = strcmp(argv[i], "--") == 0;
    if ((i == 2 || (ends_one && i + 1 < argc)) && count < kMost)
      commands[count++] = argv + i + (ends_one ? 1 : 0);
    if (ends_one) argv[i] = nullptr;
    if (argv[i] != nullptr && strcmp(argv[i], "---") == 0) argv[i] = argv[i] + 1;
  }
  const int rounds = argc > 1 ? atoi(argv[1]) : 0;
  if (rounds < 1 || count == 0) {
    fprintf(stderr, "usage: %s ROUNDS PROGRAM [ARGUMENT]... [-- PROGRAM [ARGUMENT]...]...\n", argv[0]);
    return 2;
  }
  posix_spawn_file_actions_t silent;
  posix_spawn_file_actions_init(&silent);
  posix_spawn_file_actions_addopen(&silent, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&silent, 2, "/dev/null", O_WRONLY, 0);
  for (int round = 0; round < rounds; ++round) {
    for (int i = 0; i < count; ++i) run(commands[i], silent);
    printf("\n");
  }
  return 0;
}
