// Built with AddressSanitizer, whose runtime wants to be the first of all libraries, and looks for leaks of memory at
// the end by stopping the process.
#include <fcntl.h>
#include <stdlib.h>

#include "truth.h"

KEPT_WHOLE static int open_one(void) {
  char* name = malloc(32);
  if (name == NULL) return -1;
  snprintf(name, 32, "/etc/%s", "passwd");
  const int fd = open(name, O_RDONLY);
  free(name);
  return fd < 0 ? -1 : fd;
}

int main(void) {
  for (int i = 0; i < 5; ++i) open_one();
  close(open_one());
  truth_group("file", 5, "open_one", "sanitized", "");
  truth_print(3, 0, 0);
  return 0;
}
