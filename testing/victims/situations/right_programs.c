// Programs that keep some descriptors on purpose: to be counted, and to be told from leaks.
#include "situation.h"

enum { requests = 110, cached = 20 };

static int log_file = -1;

KEPT_WHOLE static int open_log(void) {
  const int fd = open("log", O_WRONLY | O_CREAT | O_APPEND, 0600);
  return fd < 0 ? -1 : fd;
}

// Opened once, used to the end, and never closed.
static void global_log(void) {
  log_file = open_log();
  for (int i = 0; i < requests; ++i) {
    MUST(write(log_file, "request\n", 8) == 8);
    close(some_file());
    pace();
  }
  truth_group("file", 1, "open_log", program_invocation_short_name, "one-off|steady");
  truth_print(3, 0, 0);
}

KEPT_WHOLE static int open_for_cache(void) {
  const int fd = open("/etc/group", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

// Each path is opened when it is first asked for, and kept: bounded.
static void path_cache(void) {
  int cache[cached];
  memset(cache, -1, sizeof(cache));
  for (int i = 0; i < requests; ++i) {
    int* place = &cache[(i * 7) % cached];
    if (*place < 0) *place = open_for_cache();
    pace();
  }
  truth_group("file", cached, "open_for_cache", program_invocation_short_name, "steady|one-off");
  truth_print(3, 0, 0);
}

static const struct situation situations[] = {
    SITUATION(global_log),
    SITUATION(path_cache),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
