// A right program in a hurry: 8 threads open and close 100,000 times. Each puts what it opened into a place
// from which it takes what another one had put there, and closes that: the numbers are reused at once, by
// other threads than those that closed them.
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>

#include "truth.h"

enum { threads = 8, turns = 12500, places = 16 };

static atomic_int exchange[places];

KEPT_WHOLE static int open_one(void) {
  const int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
  return fd < 0 ? -1 : fd;
}

static void* work(void* argument) {
  int* failures = argument;
  unsigned place = (unsigned)*failures * 7;
  *failures = 0;
  for (int i = 0; i < turns; ++i) {
    place = place * 1103515245u + 12345u;
    const int others = atomic_exchange(&exchange[(place >> 16) % places], open_one());
    if (others >= 0 && close(others) != 0) ++*failures;
  }
  return NULL;
}

int main(void) {
  pthread_t ids[threads];
  int failures[threads];
  for (int i = 0; i < places; ++i) exchange[i] = -1;
  for (int i = 0; i < threads; ++i) {
    failures[i] = i;
    pthread_create(&ids[i], NULL, work, &failures[i]);
  }
  int all = 0;
  for (int i = 0; i < threads; ++i) {
    pthread_join(ids[i], NULL);
    all += failures[i];
  }
  for (int i = 0; i < places; ++i) close(exchange[i]);
  printf("%d closes failed\n", all);
  truth_print(3, 0, 0);
  return 0;
}
