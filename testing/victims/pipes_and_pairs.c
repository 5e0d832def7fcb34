// Pairs, of which one end or both are forgotten.
#include <fcntl.h>
#include <sys/socket.h>

#include "truth.h"

static const char* const self = "pipes_and_pairs";

KEPT_WHOLE static int keep_write_end(void) {
  int ends[2];
  if (pipe(ends) != 0) return -1;
  return close(ends[0]);
}

KEPT_WHOLE static int keep_both_ends(void) {
  int ends[2];
  return pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0 ? 0 : -1;
}

KEPT_WHOLE static int keep_one_of_a_pair(void) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return -1;
  return close(ends[1]);
}

KEPT_WHOLE static int keep_nothing(void) {
  int ends[2];
  if (pipe(ends) != 0) return -1;
  close(ends[0]);
  close(ends[1]);
  if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) != 0) return -1;
  close(ends[1]);
  return close(ends[0]);
}

int main(void) {
  int failures = 0;
  for (int i = 0; i < 5; ++i) failures += keep_write_end() != 0;
  for (int i = 0; i < 3; ++i) failures += keep_both_ends() != 0;
  for (int i = 0; i < 4; ++i) failures += keep_one_of_a_pair() != 0;
  for (int i = 0; i < 7; ++i) failures += keep_nothing() != 0;
  printf("%d calls failed\n", failures);
  truth_group("pipe", 5, "keep_write_end", self, "");
  truth_group("pipe", 6, "keep_both_ends", self, "");
  truth_group("unix stream socket", 4, "keep_one_of_a_pair", self, "");
  truth_print(3, 0, 0);
  return 0;
}
