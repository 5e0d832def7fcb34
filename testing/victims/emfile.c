// Lowers its own limit and runs into it.
#include <fcntl.h>
#include <sys/resource.h>

#include "truth.h"

enum { limit = 64, tries = 80 };

KEPT_WHOLE static int open_one(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

int main(void) {
  const struct rlimit low = {limit, limit};
  setrlimit(RLIMIT_NOFILE, &low);
  int opened = 0;
  int refused = 0;
  for (int i = 0; i < tries; ++i) {
    if (open_one() >= 0) {
      ++opened;
    } else {
      refused += errno == EMFILE;
    }
  }
  printf("%d opened, %d refused\n", opened, refused);
  truth_group("file", opened, "open_one", "emfile", "");
  truth_print(3, 0, 0);
  return 0;
}
