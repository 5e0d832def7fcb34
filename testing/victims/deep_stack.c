// Leaks at the bottom of a recursion of 300 frames of different sizes.
#include <fcntl.h>
#include <string.h>

#include "truth.h"

enum { depth = 300, leaks = 10 };

KEPT_WHOLE static int at_the_bottom(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int descend(int left) {
  char room[16 + (left % 7) * 40];
  memset(room, left, sizeof(room));
  const int below = left == 0 ? at_the_bottom() : descend(left - 1);
  return below < 0 ? -1 : below + room[sizeof(room) - 1] * 0;
}

int main(void) {
  int failures = 0;
  for (int i = 0; i < leaks; ++i) failures += descend(depth) < 0;
  printf("%d opens failed\n", failures);
  truth_group("file", leaks, "at_the_bottom", "deep_stack", "");
  truth_print(3, 0, 0);
  return 0;
}
