// Ranges of descriptors, closed at once: with holes, in part, only marked close-on-exec, and to the end.
#include <fcntl.h>

#include "truth.h"

#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE (1U << 1)
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

KEPT_WHOLE static int open_at(int number) {
  const int fd = open("/etc/passwd", O_RDONLY);
  const int moved = fcntl(fd, F_DUPFD, number);
  close(fd);
  return moved;
}

KEPT_WHOLE static int open_to_the_end(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

static void open_some(int first, int step) {
  for (int i = 0; i < 5; ++i) open_at(first + i * step);
}

int main(void) {
  int failures = 0;
  open_some(100, 3);
  failures += close_range(100, 120, 0) != 0;  // with holes
  failures += close_range(100, 120, 0) != 0;  // nothing but holes
  open_some(200, 1);
  failures += close_range(201, 203, 0) != 0;  // 200 and 204 stay
  open_some(300, 1);
  failures += close_range(300, 304, CLOSE_RANGE_CLOEXEC) != 0;  // all stay
  open_some(400, 1);
  failures += close_range(400, 404, CLOSE_RANGE_UNSHARE) != 0;  // the only thread: its table is the process's
  failures += close_range(9, 8, 0) == 0;                        // refused
  open_some(500, 1);
  closefrom(500);
  open_to_the_end();
  printf("%d calls failed\n", failures);
  truth_group("file", 7, "open_at", "ranges", "");
  truth_group("file", 1, "open_to_the_end", "ranges", "");
  truth_print(3, 0, 0);
  return 0;
}
