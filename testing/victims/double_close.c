// Closes a descriptor twice, and one that was never open.
#include <fcntl.h>

#include "truth.h"

KEPT_WHOLE static int open_it(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int close_it(int fd) {
  return close(fd) == 0 ? 0 : errno;
}

KEPT_WHOLE static int close_it_again(int fd) {
  return close(fd) == 0 ? 0 : errno;
}

KEPT_WHOLE static int close_what_never_was_open(void) {
  return close(777) == 0 ? 0 : errno;
}

int main(void) {
  const int fd = open_it();
  const int first = close_it(fd);
  const int second = close_it_again(fd);
  const int never = close_what_never_was_open();
  printf("errors: %d, %s, %s\n", first, second == EBADF ? "EBADF" : "?", never == EBADF ? "EBADF" : "?");
  truth_print(3, 0, 2);
  return 0;
}
