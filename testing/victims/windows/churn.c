// The twin of ../churn.c: a right program in a hurry. 8 threads open and close, each 1000 times or as often
// as its argument says. Each puts what it opened into a place from which it takes what another one had put
// there, and closes that: the numbers are reused at once, by other threads than those that closed them.
#include <stdlib.h>

#include "truth.h"

enum { threads = 8, places = 16 };

static int turns = 1000;
static HANDLE volatile exchange[places];

struct work {
  unsigned seed;
  int failures;
};

KEPT_WHOLE static HANDLE open_one(void) {
  HANDLE handle = CreateEventA(NULL, TRUE, FALSE, NULL);
  return handle == NULL ? INVALID_HANDLE_VALUE : handle;
}

static DWORD WINAPI run(void* argument) {
  struct work* work = argument;
  unsigned place = work->seed * 7;
  for (int i = 0; i < turns; ++i) {
    place = place * 1103515245u + 12345u;
    HANDLE others = InterlockedExchangePointer(&exchange[(place >> 16) % places], open_one());
    if (others != NULL && !CloseHandle(others)) ++work->failures;
  }
  return 0;
}

int main(int argc, char** argv) {
  HANDLE ids[threads];
  struct work works[threads] = {0};
  int all = 0;
  if (argc > 1) turns = atoi(argv[1]);
  truth_begin();
  for (int i = 0; i < threads; ++i) {
    works[i].seed = (unsigned)i;
    ids[i] = CreateThread(NULL, 0, run, &works[i], 0, NULL);
  }
  for (int i = 0; i < threads; ++i) {
    WaitForSingleObject(ids[i], INFINITE);
    CloseHandle(ids[i]);
    all += works[i].failures;
  }
  for (int i = 0; i < places; ++i) {
    if (exchange[i] != NULL) CloseHandle(exchange[i]);
  }
  printf("%d closes failed\n", all);
  truth_print(0);
  return 0;
}
