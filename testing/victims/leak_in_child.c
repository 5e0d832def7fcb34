// A parent that is right but for one file, and two children, each with a leak of its own.
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/wait.h>

#include "truth.h"

// So many that a loaded machine, which lets the end of a child be seen late, does not make the growth look
// over.
enum { leaks = 160 };

static const char* const self = "leak_in_child";

KEPT_WHOLE static int open_before_fork(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int leak_file(void) {
  const int fd = open("/etc/group", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int leak_eventfd(void) {
  const int fd = eventfd(0, 0);
  return fd < 0 ? -1 : fd;
}

static pid_t start_child(int (*leak)(void), const char* type, const char* function) {
  fflush(stdout);
  const pid_t child = fork();
  if (child != 0) return child;
  for (int i = 0; i < leaks; ++i) {
    if (leak() < 0) perror(function);
    pace();
  }
  truth_group(type, leaks, function, self, "leak");
  truth_print(4, 0, 0);
  _exit(0);
}

int main(void) {
  open_before_fork();
  const pid_t first = start_child(leak_file, "file", "leak_file");
  waitpid(first, NULL, 0);
  const pid_t second = start_child(leak_eventfd, "eventfd", "leak_eventfd");
  waitpid(second, NULL, 0);
  truth_group("file", 1, "open_before_fork", self, "");
  truth_print(3, 0, 0);
  return 0;
}
