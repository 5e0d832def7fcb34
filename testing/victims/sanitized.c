// Built with AddressSanitizer, whose runtime wants to be the first of all libraries. With an argument it
// leaks memory too, which the runtime finds at the end by stopping the process.
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

KEPT_WHOLE static void leak_memory(void) {
  void* volatile memory = malloc(77);
  memory = NULL;
  (void)memory;
}

int main(int count, char** arguments) {
  (void)arguments;
  if (count > 1) leak_memory();
  for (int i = 0; i < 5; ++i) open_one();
  close(open_one());
  truth_group("file", 5, "open_one", "sanitized", "");
  truth_print(3, 0, 0);
  return 0;
}
