// Opens and closes through a library that wraps the calls: each is to be told once.
#include <fcntl.h>

#include "truth.h"

static int open_one(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

int main(void) {
  int failures = 0;
  for (int i = 0; i < 10; ++i) failures += close(open_one()) != 0;
  for (int i = 0; i < 3; ++i) failures += open_one() < 0;
  printf("%d calls failed\n", failures);
  truth_group("file", 3, "open", "libvictim_wrapper.so", "");
  truth_print(3, 0, 0);
  return 0;
}
