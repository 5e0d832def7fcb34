// A server whose main thread starts the others and leaves: from then on it is a zombie beside them, and only
// they leak.
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>

#include "truth.h"

enum { requests = 100 };

KEPT_WHOLE static int open_log(void) {
  const int log = open("/etc/passwd", O_RDONLY);
  return log < 0 ? -1 : log;
}

static void* serve(void* unused) {
  for (int i = 0; i < requests; ++i) {
    if (open_log() < 0) printf("request %d failed\n", i);
    pace();
  }
  truth_group("file", requests, "open_log", "main_leaves", "leak");
  truth_print(3, 0, 0);
  exit(0);
  return unused;
}

int main(void) {
  pthread_t server;
  if (pthread_create(&server, NULL, serve, NULL) != 0) return 1;
  pthread_exit(NULL);
}
