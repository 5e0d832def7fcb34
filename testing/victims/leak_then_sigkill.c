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
  for (int i = 0; i < requests; ++i) {
    handle_request(i);
    pace();
  }
  truth_group("unix stream socket", requests, "open_session", "leak_then_sigkill", "leak");
  truth_print(3, 0, 0);
  kill(getpid(), SIGKILL);
  return 0;
}
