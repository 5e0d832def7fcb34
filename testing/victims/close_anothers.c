// One part of a program closes its descriptor twice. In between another part opened a file and was given the
// same number, so the second close succeeds and takes that away; then the owner's own close fails.
#include <fcntl.h>

#include "truth.h"

KEPT_WHOLE static int open_cache(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int open_journal(void) {
  const int fd = open("/etc/group", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int close_cache(int fd) {
  return close(fd) == 0 ? 0 : errno;
}

KEPT_WHOLE static int close_journal(int fd) {
  return close(fd) == 0 ? 0 : errno;
}

int main(void) {
  const int cache = open_cache();
  close_cache(cache);
  const int journal = open_journal();
  const int theft = close_cache(cache);
  const int surprise = close_journal(journal);
  printf("%s number; errors: %d, %s\n", cache == journal ? "same" : "another", theft,
         surprise == EBADF ? "EBADF" : "?");
  truth_thefts(1);
  truth_print(3, 0, 1);  // the owner's failure is what shows the theft
  return 0;
}
