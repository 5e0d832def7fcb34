// Threads that leave the process's descriptor table for one of their own. What they open and close there
// does not concern the process, whose table is the main thread's.
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>

#include "truth.h"

#ifndef CLOSE_RANGE_UNSHARE
#define CLOSE_RANGE_UNSHARE (1U << 1)
#endif

static int opened[5];
static pthread_barrier_t barrier;

KEPT_WHOLE static int open_one(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int open_in_thread(void) {
  const int fd = open("/etc/group", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

static int in_thread(void* (*what)(void*)) {
  int failed = 0;
  pthread_t thread;
  if (pthread_create(&thread, NULL, what, &failed) != 0 || pthread_join(thread, NULL) != 0) return 1;
  return failed;
}

static void* only_open(void* failed) {
  *(int*)failed += open_in_thread() < 0;
  return NULL;
}

static void* leave_and_close(void* failed) {
  *(int*)failed += unshare(CLONE_FILES) != 0 || close(opened[0]) != 0;
  return NULL;
}

static void* leave_and_open(void* failed) {
  *(int*)failed += unshare(CLONE_FILES) != 0 || open_in_thread() < 0;
  return NULL;
}

static void* leave_and_close_all(void* failed) {
  *(int*)failed += close_range(3, ~0U, CLOSE_RANGE_UNSHARE) != 0 || open_in_thread() < 0;
  return NULL;
}

// The thread that it starts shares its table.
static void* leave_and_start_another(void* failed) {
  *(int*)failed += unshare(CLONE_FILES) != 0 || in_thread(only_open) != 0;
  return NULL;
}

// Stays, while the main thread leaves.
static void* be_left(void* failed) {
  pthread_barrier_wait(&barrier);
  *(int*)failed += open_in_thread() < 0 || close(opened[1]) != 0;
  pthread_barrier_wait(&barrier);
  return NULL;
}

static int leave_thread(void) {
  int failed = 0;
  pthread_t thread;
  pthread_barrier_init(&barrier, NULL, 2);
  if (pthread_create(&thread, NULL, be_left, &failed) != 0) return 1;
  const int left = unshare(CLONE_FILES);
  pthread_barrier_wait(&barrier);
  pthread_barrier_wait(&barrier);
  return pthread_join(thread, NULL) != 0 || left != 0 || failed != 0;
}

int main(void) {
  for (int i = 0; i < 5; ++i) opened[i] = open_one();
  int failures = in_thread(leave_and_close) + in_thread(leave_and_open) + in_thread(leave_and_close_all);
  failures += in_thread(leave_and_start_another);
  failures += in_thread(only_open);  // in the process's table
  failures += leave_thread();
  failures += close(opened[4]) != 0;
  open_one();
  printf("%d threads failed\n", failures);
  truth_group("file", 5, "open_one", "thread_tables", "");
  truth_group("file", 1, "open_in_thread", "thread_tables", "");
  truth_print(3, 0, 0);
  return 0;
}
