// What exec_chain becomes. The seven files that it finds open have an origin in the program before, which an
// answer may know.
#include <sys/eventfd.h>

#include "truth.h"

KEPT_WHOLE static int open_after_exec(void) {
  const int fd = eventfd(0, 0);
  return fd < 0 ? -1 : fd;
}

int main(void) {
  for (int i = 0; i < 3; ++i) open_after_exec();
  truth_group_or("inherited", "file", 7, "open_surviving", "exec_chain");
  truth_group("eventfd", 3, "open_after_exec", "exec_chain_after", "");
  truth_print(3, 0, 0);
  return 0;
}
