// As daemons do: closes every number there is, whoever owns it, then counts on getting the lowest ones.
#include <fcntl.h>

#include "truth.h"

KEPT_WHOLE static int open_one(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

static void print_next_three(const char* after) {
  const int a = open_one();
  const int b = open_one();
  const int c = open_one();
  printf("after %s: %d %d %d\n", after, a, b, c);
}

int main(void) {
  print_next_three("the start");
  for (int fd = 3; fd < 1024; ++fd) close(fd);
  print_next_three("the loop");
  closefrom(3);
  print_next_three("closefrom");
  close_range(4, ~0U, 0);
  print_next_three("close_range");
  truth_group("file", 4, "open_one", "closes_everything", "");
  truth_print(3, 0, -1);
  return 0;
}
