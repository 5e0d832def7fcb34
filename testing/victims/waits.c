// A right program whose threads wait in every way that there is, open and close, allocate, compute and load
// libraries meanwhile, and count what did not go as it should: a wait that ended early or failed, a number
// that is another. It ends at SIGTERM.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>

#include "truth.h"

static volatile sig_atomic_t ends = 0;
static int failures = 0;
static int pipe_ends[2];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static sem_t semaphore;

static void on_end(int number) {
  (void)number;
  ends = 1;
}

static void check(int right, const char* what) {
  if (right) return;
  __atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED);
  printf("%s went wrong: %s\n", what, strerror(errno));
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void rest(void) {
  const struct timespec time = {0, 500000};
  nanosleep(&time, NULL);
}

static void sleeps(void) {
  const struct timespec time = {0, 3000000};
  const double before = seconds();
  check(nanosleep(&time, NULL) == 0, "nanosleep");
  check(seconds() - before >= 0.003, "the time of nanosleep");
}

static void polls(void) {
  struct pollfd end = {pipe_ends[0], POLLIN, 0};
  const int ready = poll(&end, 1, 5);
  check(ready >= 0, "poll");
  char byte = 'x';
  if (ready == 1) check(read(pipe_ends[0], &byte, 1) == 1 && byte == 'x', "read");
}

static void writes(void) {
  check(write(pipe_ends[1], "x", 1) == 1, "write");
  pace();
}

static void polls_many(void) {
  const int epoll = epoll_create1(0);
  const int event = eventfd(0, 0);
  struct epoll_event wanted = {.events = EPOLLIN, .data = {.fd = event}};
  check(epoll_ctl(epoll, EPOLL_CTL_ADD, event, &wanted) == 0, "epoll_ctl");
  check(epoll_wait(epoll, &wanted, 1, 4) == 0, "epoll_wait");
  close(event);
  close(epoll);
}

static void opens(void) {
  FILE* const file = fopen("/etc/passwd", "r");
  char text[16];
  check(file != NULL && fgets(text, sizeof(text), file) != NULL && fclose(file) == 0, "a file");
  rest();
}

static void allocates(void) {
  void* some[64];
  for (int i = 0; i < 64; ++i) some[i] = malloc((size_t)(i * 67 % 5000 + 1));
  for (int i = 0; i < 64; ++i) free(some[i]);
  rest();
}

static void waits_for_condition(void) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += 1;
  pthread_mutex_lock(&mutex);
  check(pthread_cond_timedwait(&condition, &mutex, &until) == 0, "pthread_cond_timedwait");
  pthread_mutex_unlock(&mutex);
}

static void signals_condition(void) {
  pthread_cond_broadcast(&condition);
  check(sem_wait(&semaphore) == 0, "sem_wait");
  sem_post(&semaphore);
  rest();
}

static void computes(void) {
  volatile double step = 3.75;
  double sum = 0;
  for (int i = 0; i < 1000; ++i) sum += step;
  check(sum == 3750.0, "a sum");
  rest();
}

static void loads(void) {
  void* const library = dlopen("libvictim_first.so", RTLD_NOW);
  check(library != NULL && dlsym(library, "leak_in_first") != NULL && dlclose(library) == 0, "dlopen");
  pace();
}

static void forks(void) {
  const pid_t child = fork();
  if (child == 0) {
    opens();
    _exit(7);
  }
  int status = 0;
  check(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 7, "a child");
  pace();
}

static void* repeat(void* what) {
  void (*const act)(void) = (void (*)(void))what;
  while (!ends) act();
  return NULL;
}

int main(void) {
  void (*const acts[])(void) = {
      sleeps,   polls, writes,    polls_many, opens, waits_for_condition, signals_condition,
      computes, loads, allocates, forks};
  enum { threads = sizeof(acts) / sizeof(acts[0]) };
  pthread_t ids[threads];
  if (pipe2(pipe_ends, O_NONBLOCK) != 0 || sem_init(&semaphore, 0, 1) != 0) return 1;
  signal(SIGTERM, on_end);
  for (int i = 0; i < threads; ++i) pthread_create(&ids[i], NULL, repeat, (void*)acts[i]);
  while (!ends) pace();
  pthread_cond_broadcast(&condition);
  for (int i = 0; i < threads; ++i) pthread_join(ids[i], NULL);
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  printf("%d failures\n", failures);
  truth_print(3, 0, 0);
  return 0;
}
