// One or two of each special kind of descriptor.
#include <netinet/in.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include "truth.h"

static const char* const self = "special_kinds";

KEPT_WHOLE static int make_epolls(void) {
  return epoll_create(1) < 0 || epoll_create1(EPOLL_CLOEXEC) < 0 ? -1 : 0;
}

KEPT_WHOLE static int make_timer(void) {
  const int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  return fd < 0 ? -1 : 0;
}

// The second call changes the first one's mask, and opens nothing.
KEPT_WHOLE static int make_signalfd(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  const int fd = signalfd(-1, &set, SFD_CLOEXEC);
  sigaddset(&set, SIGUSR2);
  return fd >= 0 && signalfd(fd, &set, 0) == fd ? 0 : -1;
}

KEPT_WHOLE static int make_inotifies(void) {
  return inotify_init() < 0 || inotify_init1(IN_CLOEXEC) < 0 ? -1 : 0;
}

KEPT_WHOLE static int make_memfd(void) {
  const int fd = memfd_create("special", 0);
  return fd < 0 ? -1 : 0;
}

KEPT_WHOLE static int make_eventfd(void) {
  const int fd = eventfd(7, EFD_SEMAPHORE);
  return fd < 0 ? -1 : 0;
}

KEPT_WHOLE static int make_udp_socket(void) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  return fd < 0 ? -1 : 0;
}

KEPT_WHOLE static int make_tcp6_socket(void) {
  const int fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);
  return fd < 0 && errno != EAFNOSUPPORT ? -1 : fd < 0;
}

int main(void) {
  int failures = make_epolls() + make_timer() + make_signalfd() + make_inotifies() + make_memfd() +
                 make_eventfd() + make_udp_socket();
  const int no_ipv6 = make_tcp6_socket();
  printf("%d kinds failed\n", failures);
  truth_group("epoll", 2, "make_epolls", self, "");
  truth_group("timerfd", 1, "make_timer", self, "");
  truth_group("signalfd", 1, "make_signalfd", self, "");
  truth_group("inotify", 2, "make_inotifies", self, "");
  truth_group("memfd", 1, "make_memfd", self, "");
  truth_group("eventfd", 1, "make_eventfd", self, "");
  truth_group("udp socket", 1, "make_udp_socket", self, "");
  if (!no_ipv6) truth_group("tcp socket", 1, "make_tcp6_socket", self, "");
  truth_print(3, 0, 0);
  return 0;
}
