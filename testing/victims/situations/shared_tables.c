// A table of descriptors is not a process: a thread may leave its process's table, and two processes may
// share one.
#include <linux/close_range.h>
#include <pthread.h>
#include <sched.h>
#include <sys/wait.h>

#include "situation.h"

static int shared_fd = -1;

static void run_thread(void* (*work)(void*)) {
  pthread_t thread;
  MUST(pthread_create(&thread, NULL, work, NULL) == 0);
  pthread_join(thread, NULL);
}

static void* close_all_of_its_own(void* unused) {
  MUST(close_range(3, ~0U, CLOSE_RANGE_UNSHARE) == 0);
  return unused;
}

static void close_range_unshare_thread(void) {
  for (int i = 0; i < 5; ++i) some_file();
  run_thread(close_all_of_its_own);
  OPENED_BY_SOME_FILE(5);
  truth_print(3, 0, 0);
}

static void* close_in_its_own(void* unused) {
  MUST(unshare(CLONE_FILES) == 0);
  MUST(close(shared_fd) == 0);
  return unused;
}

static void unshare_thread_close(void) {
  shared_fd = some_file();
  run_thread(close_in_its_own);
  OPENED_BY_SOME_FILE(1);
  truth_print(3, 0, 0);
}

static void* open_in_its_own(void* unused) {
  MUST(unshare(CLONE_FILES) == 0);
  MUST(some_file() >= 0);
  return unused;
}

// What a thread opened in a table of its own dies with the thread.
static void unshare_thread_open(void) {
  run_thread(open_in_its_own);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static int open_in_child(void* unused) {
  (void)unused;
  _exit(open("/etc/group", O_RDONLY) < 0);
}

static int close_in_child(void* unused) {
  (void)unused;
  _exit(close(shared_fd) != 0);
}

static void run_sharing_child(int (*work)(void*)) {
  static char stack[256 * 1024] __attribute__((aligned(16)));
  int status = -1;
  const pid_t child = clone(work, stack + sizeof(stack), CLONE_FILES | SIGCHLD, NULL);
  MUST(child > 0 && waitpid(child, &status, 0) == child && status == 0);
}

static void clone_files_child_opens(void) {
  run_sharing_child(open_in_child);
  truth_group_or("unseen", "file", 1, "open_in_child", program_invocation_short_name);
  truth_print(3, 0, 0);
}

static void clone_files_child_closes(void) {
  shared_fd = some_file();
  run_sharing_child(close_in_child);
  truth_print(3, 0, 0);
}

static const struct situation situations[] = {
    SITUATION(close_range_unshare_thread), SITUATION(unshare_thread_close),
    SITUATION(unshare_thread_open),        SITUATION(clone_files_child_opens),
    SITUATION(clone_files_child_closes),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
