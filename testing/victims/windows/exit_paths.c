// The twin of ../exit_paths.c: forgets five events, then ends in the way that its argument names. Other
// threads run meanwhile where the way is about threads.
#include <string.h>

#include "truth.h"

enum { forgotten = 5 };

static int forget_line;
static void* volatile nowhere = NULL;

KEPT_WHOLE static int forget_event(void) {
  return AT_LINE(forget_line, CreateEventA(NULL, TRUE, FALSE, NULL)) != NULL;
}

static volatile LONG main_waits;

// Once the main thread has closed what it started this one by.
static DWORD WINAPI exit_here(void* status) {
  while (!main_waits) Sleep(1);
  ExitProcess(*(UINT*)status);
}

static DWORD WINAPI runs_on(void* unused) {
  (void)unused;
  for (;;) Sleep(1);
  return 0;
}

static DWORD WINAPI outlives_main(void* main_thread) {
  WaitForSingleObject(main_thread, INFINITE);
  return 11;
}

static void start(LPTHREAD_START_ROUTINE routine, void* argument) {
  CloseHandle(CreateThread(NULL, 0, routine, argument, 0, NULL));
}

static void exit_in_thread(UINT status) {
  for (int i = 0; i < 4; ++i) start(runs_on, NULL);
  start(exit_here, &status);
  main_waits = 1;
  Sleep(INFINITE);
}

// The main thread ends, the process goes on until its last thread ends too, with that one's status.
static void end_main_thread_first(HANDLE self) {
  start(outlives_main, self);
  ExitThread(12);
}

int main(int argc, char** argv) {
  const char* const how = argc > 1 ? argv[1] : "return";
  HANDLE self = NULL;
  SetErrorMode(SEM_NOGPFAULTERRORBOX | SEM_FAILCRITICALERRORS);
  truth_begin();
  for (int i = 0; i < forgotten; ++i) forget_event();
  if (strcmp(how, "end_main_thread") == 0)
    DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &self, SYNCHRONIZE, FALSE,
                    0);
  truth_group_at("Event", forgotten, "forget_event", "exit_paths.exe", "", "exit_paths.c", forget_line);
  if (self != NULL) truth_group("Thread", 1, "main", "exit_paths.exe", "");
  truth_print(0);
  if (strcmp(how, "ExitProcess") == 0) ExitProcess(7);
  if (strcmp(how, "TerminateProcess") == 0) TerminateProcess(GetCurrentProcess(), 8);
  if (strcmp(how, "access_violation") == 0) *(volatile int*)nowhere = 1;
  if (strcmp(how, "exit_in_thread") == 0) exit_in_thread(10);
  if (strcmp(how, "end_main_thread") == 0) end_main_thread_first(self);
  return 0;
}
