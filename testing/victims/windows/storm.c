// The twin of ../storm.c: everything at once. 16 threads open and close as fast as they can, a library comes
// and goes meanwhile, and each thread keeps five semaphores. `storm N` is N times as long.
#include <stdlib.h>

#include "truth.h"

enum { thread_count = 16, turns = 200, kept = 5 };

static int rounds = 1;
static int keep_line;
static LONG failures;
static volatile LONG stop;

KEPT_WHOLE static void open_and_close(void) {
  HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
  if (event == NULL || !CloseHandle(event)) InterlockedIncrement(&failures);
}

KEPT_WHOLE static void keep_one(void) {
  if (AT_LINE(keep_line, CreateSemaphoreA(NULL, 0, 1, NULL)) == NULL) InterlockedIncrement(&failures);
}

static DWORD WINAPI work(void* unused) {
  (void)unused;
  for (int i = 0; i < rounds * turns; ++i) {
    open_and_close();
    if (i < kept) keep_one();
  }
  return 0;
}

static DWORD WINAPI load_and_unload(void* unused) {
  (void)unused;
  while (!stop) {
    HMODULE library = LoadLibraryA("version.dll");
    if (library == NULL || !FreeLibrary(library)) InterlockedIncrement(&failures);
  }
  return 0;
}

static void end_of(HANDLE thread) {
  WaitForSingleObject(thread, INFINITE);
  CloseHandle(thread);
}

KEPT_WHOLE static void warm_up(void) {
  FreeLibrary(LoadLibraryA("version.dll"));
}

int main(int count, char** arguments) {
  HANDLE threads[thread_count];
  if (count > 1) rounds = atoi(arguments[1]);
  truth_begin();
  truth_warm(warm_up, "storm.exe");
  HANDLE loader = CreateThread(NULL, 0, load_and_unload, NULL, 0, NULL);
  for (int i = 0; i < thread_count; ++i) threads[i] = CreateThread(NULL, 0, work, NULL, 0, NULL);
  for (int i = 0; i < thread_count; ++i) end_of(threads[i]);
  stop = 1;
  end_of(loader);
  printf("%ld failures\n", failures);
  truth_group_at("Semaphore", thread_count * kept, "keep_one", "storm.exe", "", "storm.c", keep_line);
  truth_print(0);
  return 0;
}
