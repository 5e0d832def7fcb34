// Opens a file as soon as it is loaded, and keeps it.
#include <fcntl.h>

#include "truth.h"

KEPT_WHOLE static int open_when_loaded(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

__attribute__((constructor)) static void when_loaded(void) {
  if (open_when_loaded() < 0) perror("libvictim_inner.so");
}
