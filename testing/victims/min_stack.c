// Threads on the smallest stacks that the system gives: 16 KiB, or what it says is its least.
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sys/eventfd.h>

#include "truth.h"

enum { threads = 8, turns = 200 };

KEPT_WHOLE static int forget_one(void) {
  const int fd = eventfd(0, 0);
  return fd < 0 ? -1 : fd;
}

static void* work(void* unused) {
  (void)unused;
  for (int i = 0; i < turns; ++i) {
    const int fd = open("/etc/passwd", O_RDONLY);
    if (fd >= 0) close(fd);
  }
  forget_one();
  return NULL;
}

static void start_and_join_all(size_t stack_size) {
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, stack_size);
  pthread_t ids[threads];
  for (int i = 0; i < threads; ++i) {
    if (pthread_create(&ids[i], &small, work, NULL) != 0) _exit(3);
  }
  for (int i = 0; i < threads; ++i) pthread_join(ids[i], NULL);
}

int main(void) {
  const long least = sysconf(_SC_THREAD_STACK_MIN);
  start_and_join_all(least > 16 * 1024 ? (size_t)least : 16 * 1024);
  truth_group("eventfd", threads, "forget_one", "min_stack", "");
  truth_print(3, 0, 0);
  return 0;
}
