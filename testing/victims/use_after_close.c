// One thread closes a descriptor while another means to go on with it: the other's dup() fails.
#include <fcntl.h>
#include <pthread.h>

#include "truth.h"

KEPT_WHOLE static int open_shared(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int close_shared(int fd) {
  return close(fd) == 0 ? 0 : errno;
}

KEPT_WHOLE static int dup_shared(int fd) {
  return dup(fd) < 0 ? errno : 0;
}

static void* clean_up(void* fd) {
  pthread_setname_np(pthread_self(), "cleaner");
  close_shared(*(int*)fd);
  return NULL;
}

int main(void) {
  int fd = open_shared();
  pthread_t cleaner;
  pthread_create(&cleaner, NULL, clean_up, &fd);
  pthread_join(cleaner, NULL);
  const int error = dup_shared(fd);
  printf("fd %d, error: %s\n", fd, error == EBADF ? "EBADF" : "?");
  truth_print(3, 0, 0);
  return 0;
}
