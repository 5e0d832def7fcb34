// How descriptors live, end and come back: reuse of numbers, threads that end, closes that go wrong or only
// look so.
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "situation.h"

KEPT_WHOLE static void* open_and_end(void* unused) {
  MUST(open("/etc/group", O_RDONLY) >= 0);
  return unused;
}

static void thread_exit(void) {
  pthread_t thread;
  MUST(pthread_create(&thread, NULL, open_and_end, NULL) == 0);
  pthread_join(thread, NULL);
  truth_group("file", 1, "open_and_end", program_invocation_short_name, "");
  truth_print(3, 0, 0);
}

// A read of what is closed fails; it changes no table.
static void use_after_close(void) {
  char byte;
  const int fd = some_file();
  close(fd);
  MUST(read(fd, &byte, 1) < 0 && errno == EBADF);
  MUST(mmap(NULL, 1, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED && errno == EBADF);
  truth_bad_uses(2);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void reuse(void) {
  for (int i = 0; i < 1000; ++i) MUST(close(some_file()) == 0);
  MUST(open("/etc/group", O_RDONLY) == 3);
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void many(void) {
  int opened = 0;
  for (int i = 0; i < 900; ++i) opened += open("/etc/passwd", O_RDONLY) >= 0;
  OPENED_HERE("file", opened);
  truth_print(3, 0, 0);
}

static void open_fail(void) {
  for (int i = 0; i < 20; ++i) MUST(open("/no/such/file", O_RDONLY) < 0);
  truth_print(3, 0, 0);
}

static void inherited_only(void) {
  truth_print(3, 0, 0);
}

// A mapping keeps its file, without a descriptor.
static void mmap_keeps_file(void) {
  const int fd = some_file();
  MUST(mmap(NULL, 1, PROT_READ, MAP_PRIVATE, fd, 0) != MAP_FAILED);
  close(fd);
  truth_print(3, 0, 0);
}

static void killed_from_outside(void) {
  const pid_t self = getpid();
  some_file();
  OPENED_BY_SOME_FILE(1);
  truth_print(3, 0, 0);
  if (fork() == 0) _exit(kill(self, SIGKILL) != 0);
  for (;;) pause();
}

// Another process takes a copy of this one's descriptor: the file outlives the close here.
KEPT_WHOLE static void take_from(pid_t parent, int fd) {
  const int process = pidfd_open(parent, 0);
  const int copy = (int)syscall(SYS_pidfd_getfd, process, fd, 0);
  MUST(close(process) == 0 && close(fd) == 0);
  if (copy < 0) _exit(3);
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
  _exit(0);
}

static void taken_by_another(void) {
  const int fd = some_file();
  int status = -1;
  fflush(stdout);
  const pid_t self = getpid();
  const pid_t child = fork();
  if (child == 0) take_from(self, fd);
  MUST(child > 0 && waitpid(child, &status, 0) == child);
  if (WEXITSTATUS(status) == 3) unavailable("pidfd_getfd of another process is not allowed");
  close(fd);
  truth_print(3, 0, 0);
}

static const struct situation situations[] = {
    SITUATION(thread_exit),
    SITUATION(use_after_close),
    SITUATION(reuse),
    SITUATION(many),
    SITUATION(open_fail),
    SITUATION(inherited_only),
    SITUATION(mmap_keeps_file),
    SITUATION(killed_from_outside),
    SITUATION(taken_by_another),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
