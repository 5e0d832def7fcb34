// One of each special kind that the C library has a function for.
#include <mqueue.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#include "situation.h"

#define ONE(name, type, call)         \
  KEPT_WHOLE static void name(void) { \
    MUST((call) >= 0);                \
    OPENED_HERE(type, 1);             \
    truth_print(3, 0, 0);             \
  }

ONE(eventfd_kind, "eventfd", eventfd(1, EFD_CLOEXEC))
ONE(timerfd_kind, "timerfd", timerfd_create(CLOCK_MONOTONIC, 0))
ONE(epoll_kind, "epoll", epoll_create1(0))
ONE(inotify_kind, "inotify", inotify_init1(IN_NONBLOCK))
ONE(memfd_kind, "memfd", memfd_create("conformance", MFD_CLOEXEC))
ONE(pidfd_kind, "pidfd", pidfd_open(getpid(), 0))
ONE(ptmx_kind, "pty", posix_openpt(O_RDWR | O_NOCTTY))

KEPT_WHOLE static void signalfd_kind(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  MUST(signalfd(-1, &set, 0) >= 0);
  OPENED_HERE("signalfd", 1);
  truth_print(3, 0, 0);
}

// The second call changes the first one's mask, and opens nothing.
KEPT_WHOLE static void signalfd_update(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  const int fd = signalfd(-1, &set, 0);
  sigaddset(&set, SIGUSR2);
  MUST(fd >= 0 && signalfd(fd, &set, 0) == fd);
  OPENED_HERE("signalfd", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void fanotify_kind(void) {
  if (fanotify_init(FAN_CLASS_NOTIF, O_RDONLY) < 0) unavailable("fanotify_init is not allowed");
  OPENED_HERE("fanotify", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void mq_kind(void) {
  char name[64];
  snprintf(name, sizeof(name), "/ajar-conformance-%d", (int)getpid());
  struct mq_attr small = {.mq_maxmsg = 1, .mq_msgsize = 1};
  if (mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &small) < 0) unavailable("no POSIX message queues");
  mq_unlink(name);
  OPENED_HERE("message queue", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void shm_kind(void) {
  char name[64];
  snprintf(name, sizeof(name), "/ajar-conformance-%d", (int)getpid());
  MUST(shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600) >= 0);
  shm_unlink(name);
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void open_by_handle_at_kind(void) {
  union {
    struct file_handle handle;
    char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
  } file = {.handle = {.handle_bytes = MAX_HANDLE_SZ}};
  int mount = 0;
  const int folder = open("/etc", O_RDONLY | O_DIRECTORY);
  if (name_to_handle_at(AT_FDCWD, "/etc/passwd", &file.handle, &mount, 0) != 0)
    unavailable("the file system has no file handles");
  if (open_by_handle_at(folder, &file.handle, O_RDONLY) < 0) unavailable("open_by_handle_at is not allowed");
  close(folder);
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

static const struct situation situations[] = {
    SITUATION(eventfd_kind), SITUATION(timerfd_kind),  SITUATION(epoll_kind),
    SITUATION(inotify_kind), SITUATION(memfd_kind),    SITUATION(pidfd_kind),
    SITUATION(ptmx_kind),    SITUATION(signalfd_kind), SITUATION(signalfd_update),
    SITUATION(mq_kind),      SITUATION(fanotify_kind), SITUATION(open_by_handle_at_kind),
    SITUATION(shm_kind),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
