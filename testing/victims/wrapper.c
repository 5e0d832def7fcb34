// A library that stands in front of the C library's open and close, and makes them by way of others, as
// libraries do that redirect paths or watch what a program does.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "truth.h"

KEPT_WHOLE int open(const char* path, int flags, ...) {
  const int fd = openat(AT_FDCWD, path, flags);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE int close(int fd) {
  const long result = syscall(SYS_close, fd);
  return result == 0 ? 0 : -1;
}
