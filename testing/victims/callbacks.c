/* A thread that is C's own calls back, as those of sound cards and of network libraries do. */
#include <pthread.h>
#include <stddef.h>

typedef void (*callback)(int);

enum { CALLS = 4 };

static void* call(void* argument) {
  const callback function = *(const callback*)argument;
  for (int i = 0; i < CALLS; ++i) function(i);
  return NULL;
}

int call_back_from_a_thread(callback function) {
  pthread_t thread;
  const int failed = pthread_create(&thread, NULL, call, &function);
  return failed != 0 ? failed : pthread_join(thread, NULL);
}
