// Four threads with names of their own, each of which leaks a kind of its own.
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "truth.h"

enum { each = 60 };

KEPT_WHOLE static int open_bill(void) {
  const int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int ask_index(void) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int queue_mail(void) {
  const int fd = eventfd(0, EFD_CLOEXEC);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int buffer_audit(void) {
  const int fd = memfd_create("audit", MFD_CLOEXEC);
  return fd < 0 ? -1 : fd;
}

struct job {
  const char* name;
  int (*leak)(void);
};

static void* run(void* argument) {
  const struct job* job = argument;
  pthread_setname_np(pthread_self(), job->name);
  for (int i = 0; i < each; ++i) {
    if (job->leak() < 0) perror(job->name);
    pace();
    pace();
  }
  return NULL;
}

int main(void) {
  static const struct job jobs[] = {
      {"billing", open_bill}, {"search", ask_index}, {"mail", queue_mail}, {"audit", buffer_audit}};
  enum { threads = sizeof(jobs) / sizeof(jobs[0]) };
  pthread_t ids[threads];
  for (int i = 0; i < threads; ++i) pthread_create(&ids[i], NULL, run, (void*)&jobs[i]);
  for (int i = 0; i < threads; ++i) pthread_join(ids[i], NULL);
  truth_group("file", each, "open_bill", program_invocation_short_name, "leak");
  truth_group("tcp socket", each, "ask_index", program_invocation_short_name, "leak");
  truth_group("eventfd", each, "queue_mail", program_invocation_short_name, "leak");
  truth_group("memfd", each, "buffer_audit", program_invocation_short_name, "leak");
  truth_print(3, 0, 0);
  return 0;
}
