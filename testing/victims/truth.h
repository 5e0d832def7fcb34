/* How a victim states its own truth: what is open at its end, and whose it is. For C and C++; part of the
 * victim's program, not of ajar. It opens and closes nothing, takes no memory, and calls nothing that a
 * tracer of descriptors would look at, so that stating the truth does not change it. README.md has the
 * convention.
 */
#ifndef AJAR_VICTIMS_TRUTH_H_
#define AJAR_VICTIMS_TRUTH_H_

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "truth_text.h"

/* Descriptors of the process that poll(2) knows, which is none of the calls that anybody traces. 32 at a
 * time: poll refuses more than RLIMIT_NOFILE. It does not know those that stand for a path only (O_PATH),
 * which are looked for among the low numbers. */
__attribute__((unused)) static int truth_count_open(void) {
  enum { at_a_time = 32, highest = 32768, highest_path = 256 };
  int open_count = 0;
  for (int first = 0; first < highest; first += at_a_time) {
    struct pollfd some[at_a_time];
    for (int i = 0; i < at_a_time; ++i) {
      some[i].fd = first + i;
      some[i].events = 0;
      some[i].revents = 0;
    }
    while (poll(some, at_a_time, 0) < 0 && errno == EINTR) {
    }
    for (int i = 0; i < at_a_time; ++i) {
      struct stat unused;
      const int known = (some[i].revents & POLLNVAL) == 0;
      open_count += known || (first + i < highest_path && fstat(first + i, &unused) == 0);
    }
  }
  return open_count;
}

/* Prints the line, in one write; the last thing a victim does before it ends. The pid is the one by which a
 * watcher knows the process. */
__attribute__((unused)) static void truth_print_counted(pid_t pid, int open_count, int inherited, int unseen,
                                                        int bad_closes) {
  char line[TRUTH_ROOM + 64];
  const int length = truth_line(line, sizeof(line), (long)pid, open_count, inherited, unseen, bad_closes);
  fflush(stdout);
  if (write(STDOUT_FILENO, line, (size_t)length) != length) _exit(99);
}

__attribute__((unused)) static void truth_print_as(pid_t pid, int inherited, int unseen, int bad_closes) {
  truth_print_counted(pid, truth_count_open(), inherited, unseen, bad_closes);
}

/* Of this process. */
__attribute__((unused)) static void truth_print(int inherited, int unseen, int bad_closes) {
  truth_print_as(getpid(), inherited, unseen, bad_closes);
}

/* Where a test has a watcher come to the running program, the program waits for that at its beginning: until
 * the file is there that AJAR_VICTIM_GATE names. */
__attribute__((constructor)) static void truth_wait_for_watcher(void) {
  const struct timespec a_while = {0, 1000 * 1000};
  const char* gate = getenv("AJAR_VICTIM_GATE");
  if (gate == NULL) return;
  while (access(gate, F_OK) != 0) nanosleep(&a_while, NULL);
  unsetenv("AJAR_VICTIM_GATE");
}

/* The time between two requests of a pretended load. */
__attribute__((unused)) static void pace(void) {
  struct timespec left = {0, 25 * 1000 * 1000};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

#endif
