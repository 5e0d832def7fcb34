// Forgets five files, then ends in the way that its argument names.
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "truth.h"

enum { forgotten = 5 };

static void* volatile nowhere = NULL;

KEPT_WHOLE static int forget_file(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

static void* exit_here(void* status) {
  exit(*(int*)status);
}

static void* outlive_main(void* main_thread) {
  pthread_join(*(pthread_t*)main_thread, NULL);
  return NULL;
}

static void exit_in_thread(int status) {
  pthread_t thread;
  pthread_create(&thread, NULL, exit_here, &status);
  pthread_join(thread, NULL);
}

// The main thread ends, the process goes on until its last thread ends too.
static void end_main_thread_first(void) {
  static pthread_t self;
  pthread_t thread;
  self = pthread_self();
  pthread_create(&thread, NULL, outlive_main, &self);
  pthread_detach(thread);
  pthread_exit(NULL);
}

int main(int argc, char** argv) {
  const char* const how = argc > 1 ? argv[1] : "return";
  const struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  for (int i = 0; i < forgotten; ++i) forget_file();
  truth_group("file", forgotten, "forget_file", "exit_paths", "");
  truth_print(3, 0, 0);
  if (strcmp(how, "exit") == 0) exit(7);
  if (strcmp(how, "_exit") == 0) _exit(8);
  if (strcmp(how, "quick_exit") == 0) quick_exit(9);
  if (strcmp(how, "abort") == 0) abort();
  if (strcmp(how, "segv") == 0) *(volatile int*)nowhere = 1;
  if (strcmp(how, "sigterm") == 0) kill(getpid(), SIGTERM);
  if (strcmp(how, "exit_in_thread") == 0) exit_in_thread(10);
  if (strcmp(how, "pthread_exit") == 0) end_main_thread_first();
  return 0;
}
