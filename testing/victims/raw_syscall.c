// Calls that never pass through the C library. What only these opened, an agent inside the library cannot
// have seen; what only these closed, is closed all the same.
#include <fcntl.h>
#include <sys/syscall.h>

#include "raw_call.h"
#include "truth.h"

KEPT_WHOLE static int open_raw(void) {
  return (int)raw(SYS_openat, AT_FDCWD, (long)"/etc/passwd", O_RDONLY);
}

KEPT_WHOLE static int open_as_usual(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

int main(void) {
  int failures = 0;
  for (int i = 0; i < 2; ++i) failures += raw(SYS_close, open_as_usual(), 0, 0) != 0;
  open_as_usual();
  for (int i = 0; i < 3; ++i) failures += open_raw() < 0;
  printf("%d calls failed\n", failures);
  truth_group("file", 1, "open_as_usual", "raw_syscall", "");
  truth_group_or("unseen", "file", 3, "open_raw", "raw_syscall");
  truth_print(3, 0, 0);
  return 0;
}
