// POSIX message queues and shared memory: descriptors by other names.
#include <fcntl.h>
#include <mqueue.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "truth.h"

static const char* const self = "message_queues";
static char name[64];

KEPT_WHOLE static mqd_t make_queue(void) {
  const mqd_t queue = mq_open(name, O_CREAT | O_RDWR, 0600, NULL);
  return queue < 0 ? -1 : queue;
}

KEPT_WHOLE static mqd_t open_queue(void) {
  const mqd_t queue = mq_open(name, O_RDONLY);
  return queue < 0 ? -1 : queue;
}

KEPT_WHOLE static int make_memory(void) {
  const int fd = shm_open(name, O_CREAT | O_RDWR, 0600);
  return fd < 0 ? -1 : fd;
}

int main(void) {
  snprintf(name, sizeof(name), "/ajar-victim-%d", (int)getpid());
  int queues = make_queue() >= 0;
  int failures = 0;
  if (queues == 0) {
    printf("this kernel has no message queues\n");
  } else {
    for (int i = 0; i < 3; ++i) failures += mq_close(open_queue()) != 0;
    failures += open_queue() < 0;
    mq_unlink(name);
  }
  failures += close(make_memory()) != 0;
  failures += make_memory() < 0;
  shm_unlink(name);
  printf("%d calls failed\n", failures);
  if (queues != 0) {
    truth_group("message queue|file", 1, "make_queue", self, "");
    truth_group("message queue|file", 1, "open_queue", self, "");
  }
  truth_group("file", 1, "make_memory", self, "");
  truth_print(3, 0, 0);
  return 0;
}
