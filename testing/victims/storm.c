// Everything at once, and all of it right: threads that open and close, children that do, a timer's signal
// that interrupts them to do the same, and a library that comes and goes meanwhile. `storm N` is N times as
// long.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "truth.h"

enum { thread_count = 64, forking_threads = 8 };

static int rounds = 1;
static int failures;
static volatile int stop;

KEPT_WHOLE static void open_and_close(void) {
  const int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
  if (fd < 0 || close(fd) != 0) __atomic_add_fetch(&failures, 1, __ATOMIC_RELAXED);
}

static void interrupt(int number) {
  (void)number;
  const int error = errno;
  open_and_close();
  errno = error;
}

static void fork_once(void) {
  const pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 10; ++i) open_and_close();
    _exit(failures);
  }
  int status = -1;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) __atomic_add_fetch(&failures, 1, __ATOMIC_RELAXED);
}

static void* work(void* which) {
  const int forks = (long)which < forking_threads;
  for (int round = 0; round < rounds; ++round) {
    for (int i = 0; i < 400; ++i) open_and_close();
    if (forks) fork_once();
  }
  return NULL;
}

static void* load_and_unload(void* unused) {
  while (!stop) {
    void* library = dlopen("libm.so.6", RTLD_NOW | RTLD_LOCAL);
    double (*function)(double) = NULL;
    if (library != NULL) *(void**)&function = dlsym(library, "cbrt");
    if (function == NULL || function(27.0) < 2.9) __atomic_add_fetch(&failures, 1, __ATOMIC_RELAXED);
    if (library != NULL) dlclose(library);
  }
  return unused;
}

int main(int count, char** arguments) {
  if (count > 1) rounds = atoi(arguments[1]);
  struct sigaction action = {.sa_handler = interrupt, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  const struct itimerval often = {{0, 2000}, {0, 2000}};
  setitimer(ITIMER_REAL, &often, NULL);
  pthread_t threads[thread_count];
  pthread_t loader;
  pthread_create(&loader, NULL, load_and_unload, NULL);
  for (long i = 0; i < thread_count; ++i) pthread_create(&threads[i], NULL, work, (void*)i);
  for (int i = 0; i < thread_count; ++i) pthread_join(threads[i], NULL);
  stop = 1;
  pthread_join(loader, NULL);
  const struct itimerval never = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &never, NULL);
  printf("%d failures\n", failures);
  truth_print(3, 0, 0);
  return 0;
}
