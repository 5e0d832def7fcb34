// Leaks for a while, then dies of kill -9 with no chance to say anything more than it has.
#include <signal.h>
#include <sys/socket.h>

#include "truth.h"

enum { requests = 100 };

KEPT_WHOLE static int open_session(void) {
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static void handle_request(int request) {
  if (open_session() < 0) printf("request %d failed\n", request);
}

int main(void) {
  // Counted half-way: under a tracer that takes a while, and it is to die in the middle of its work.
  const int counted_at = requests / 2;
  int open_count = 0;
  for (int i = 0; i < requests; ++i) {
    if (i == counted_at) open_count = truth_count_open() + requests - counted_at;
    handle_request(i);
    pace();
  }
  truth_group("unix stream socket", requests, "open_session", "leak_then_sigkill", "leak");
  truth_print_counted(getpid(), open_count, 3, 0, 0);
  kill(getpid(), SIGKILL);
  return 0;
}
