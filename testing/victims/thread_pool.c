// A right program: four workers, each with an event of its own for the whole run, and jobs that close what
// they open.
#include <fcntl.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "truth.h"

enum { workers = 4, jobs_each = 100 };

KEPT_WHOLE static int make_wakeup(void) {
  const int fd = eventfd(0, EFD_CLOEXEC);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int do_job(void) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return -1;
  const int file = open("/etc/passwd", O_RDONLY);
  char byte = 0;
  const int ok = read(file, &byte, 1) == 1 && write(pair[0], &byte, 1) == 1 && read(pair[1], &byte, 1) == 1;
  close(file);
  close(pair[1]);
  close(pair[0]);
  return ok ? 0 : -1;
}

static void* work(void* failures) {
  const int wakeup = make_wakeup();
  for (int i = 0; i < jobs_each; ++i) {
    eventfd_t value = 1;
    if (do_job() != 0 || eventfd_write(wakeup, value) != 0 || eventfd_read(wakeup, &value) != 0)
      ++*(int*)failures;
    pace();
  }
  return NULL;
}

int main(void) {
  pthread_t ids[workers];
  int failures[workers] = {0};
  for (int i = 0; i < workers; ++i) pthread_create(&ids[i], NULL, work, &failures[i]);
  int all = 0;
  for (int i = 0; i < workers; ++i) {
    pthread_join(ids[i], NULL);
    all += failures[i];
  }
  printf("%d jobs failed\n", all);
  truth_group("eventfd", workers, "make_wakeup", "thread_pool", "steady|one-off");
  truth_print(3, 0, 0);
  return 0;
}
