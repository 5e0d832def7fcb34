// System calls by their numbers, through syscall(). What this kernel refuses is not stated.
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "truth.h"

static const char* const self = "by_number";
static const char path[] = "/etc/passwd";

static void state(const char* type, int count, const char* function) {
  if (count > 0) truth_group(type, count, function, self, "");
}

KEPT_WHOLE static int open_all_ways(void) {
  const struct open_how how = {.flags = O_RDONLY};
  int opened = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY) >= 0;
#ifdef SYS_open
  opened += syscall(SYS_open, path, O_RDONLY) >= 0;
  opened += syscall(SYS_creat, "created", 0600) >= 0;
#endif
  opened += syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how)) >= 0;
  return opened;
}

KEPT_WHOLE static int make_pipe(int fds[2]) {
  const int failed = syscall(SYS_pipe2, fds, O_CLOEXEC) != 0;
  return failed ? 0 : 2;
}

KEPT_WHOLE static int duplicate(int fd) {
  int made = syscall(SYS_dup, fd) >= 0;
  made += syscall(SYS_dup3, fd, 70, 0) == 70;
  made += syscall(SYS_dup3, fd, 70, 0) == 70;  // over the one before
  made += syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 80) == 80;
  return made - 1;
}

KEPT_WHOLE static int make_sockets(void) {
  int fds[2];
  int made = syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0) >= 0;
  made += syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, fds) == 0 ? 2 : 0;
  return made;
}

KEPT_WHOLE static int make_event(void) {
  const long fd = syscall(SYS_eventfd2, 0, 0);
  return fd >= 0;
}

KEPT_WHOLE static int make_memory(void) {
  const long fd = syscall(SYS_memfd_create, "numbered", 0);
  return fd >= 0;
}

KEPT_WHOLE static int open_process(void) {
  const long fd = syscall(SYS_pidfd_open, getpid(), 0);
  return fd >= 0;
}

KEPT_WHOLE static int make_ring(void) {
  unsigned parameters[30] = {0};
  const long fd = syscall(SYS_io_uring_setup, 4, parameters);
  return fd >= 0;
}

// With the flag it answers a question, and its result is no descriptor.
KEPT_WHOLE static int make_ruleset(void) {
  const unsigned long long attributes[1] = {1};
  const long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
  const long fd = version < 1 ? -1 : syscall(SYS_landlock_create_ruleset, attributes, sizeof(attributes), 0);
  return fd >= 0;
}

KEPT_WHOLE static int make_userfaultfd(void) {
  const long fd = syscall(SYS_userfaultfd, 1 /* UFFD_USER_MODE_ONLY */);
  return fd >= 0;
}

KEPT_WHOLE static int make_counter(void) {
  unsigned attributes[32] = {1, sizeof(attributes)};  // PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK
  const long fd = syscall(SYS_perf_event_open, attributes, 0, -1, -1, 0);
  return fd >= 0;
}

KEPT_WHOLE static int make_map(void) {
  const unsigned attributes[18] = {2, 4, 4, 1};  // BPF_MAP_TYPE_ARRAY
  const long fd = syscall(SYS_bpf, 0, attributes, sizeof(attributes));
  return fd >= 0;
}

// As fork does, with a descriptor for the child.
KEPT_WHOLE static int clone_with_pidfd(void) {
  int fd = -1;
  const long child = syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, 0, &fd, 0, 0);
  if (child == 0) _exit(0);
  return child > 0 && waitpid((pid_t)child, NULL, 0) == child && fd >= 0;
}

static int close_all_ways(void) {
  int failures = syscall(SYS_close, open(path, O_RDONLY)) != 0;
  for (int i = 0; i < 3; ++i) dup2(0, 300 + 2 * i);
  failures += syscall(SYS_close_range, 300, 304, 0) != 0;
  return failures;
}

int main(void) {
  int fds[2] = {-1, -1};
  printf("%d closes failed\n", close_all_ways());
  state("file", open_all_ways(), "open_all_ways");
  state("pipe", make_pipe(fds), "make_pipe");
  state("pipe", duplicate(fds[0]), "duplicate");
  state("unix stream socket", make_sockets(), "make_sockets");
  state("eventfd", make_event(), "make_event");
  state("memfd", make_memory(), "make_memory");
  state("pidfd", open_process(), "open_process");
  state("io_uring", make_ring(), "make_ring");
  state("landlock ruleset", make_ruleset(), "make_ruleset");
  state("userfaultfd", make_userfaultfd(), "make_userfaultfd");
  state("perf event", make_counter(), "make_counter");
  state("bpf map", make_map(), "make_map");
  state("pidfd", clone_with_pidfd(), "clone_with_pidfd");
  truth_print(3, 0, 0);
  return 0;
}
