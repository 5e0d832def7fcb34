// The twin of ../leak_in_child.c: a parent that is right but for one file, which its children inherit, and
// children with leaks of their own: one that runs at once, one that is created suspended, and one that has a
// child itself. Each has this program's name; the argument says which it is.
#include <string.h>

#include "truth.h"

enum { leaks = 120, few = 10 };

static const char* const self = "leak_in_child.exe";
static const char* const source = "leak_in_child.c";
static int before_line, file_line, event_line, mutex_line, semaphore_line;

KEPT_WHOLE static int open_before_child(void) {
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  return AT_LINE(before_line, CreateFileA("before", GENERIC_WRITE, 7, &inherited, OPEN_ALWAYS, 0, NULL)) !=
         INVALID_HANDLE_VALUE;
}

KEPT_WHOLE static int leak_file(void) {
  return AT_LINE(file_line, CreateFileA("leak", GENERIC_WRITE, 7, NULL, OPEN_ALWAYS, 0, NULL)) !=
         INVALID_HANDLE_VALUE;
}

KEPT_WHOLE static int leak_event(void) {
  return AT_LINE(event_line, CreateEventA(NULL, TRUE, FALSE, NULL)) != NULL;
}

KEPT_WHOLE static int leak_mutex(void) {
  return AT_LINE(mutex_line, CreateMutexA(NULL, FALSE, NULL)) != NULL;
}

KEPT_WHOLE static int leak_semaphore(void) {
  return AT_LINE(semaphore_line, CreateSemaphoreA(NULL, 0, 1, NULL)) != NULL;
}

static void run_child(const char* which, DWORD flags) {
  char path[MAX_PATH];
  char command[MAX_PATH + 32];
  STARTUPINFOA startup = {.cb = sizeof startup};
  PROCESS_INFORMATION child;
  GetModuleFileNameA(NULL, path, sizeof path);
  snprintf(command, sizeof command, "\"%s\" %s", path, which);
  fflush(stdout);
  if (!CreateProcessA(path, command, NULL, NULL, TRUE, flags, NULL, NULL, &startup, &child)) {
    printf("%s: error %lu\n", which, GetLastError());
    return;
  }
  if (flags & CREATE_SUSPENDED) ResumeThread(child.hThread);
  WaitForSingleObject(child.hProcess, INFINITE);
  CloseHandle(child.hThread);
  CloseHandle(child.hProcess);
}

static void leak_often(int (*leak)(void), const char* function) {
  for (int i = 0; i < leaks; ++i) {
    if (!leak()) printf("%s: error %lu\n", function, GetLastError());
    pace();
  }
}

KEPT_WHOLE static void warm_up(void) {
  run_child("nothing", 0);
}

static void be_file_child(void) {
  truth_begin();
  leak_often(leak_file, "leak_file");
  truth_group_at("File", leaks, "leak_file", self, "leak", source, file_line);
}

static void be_event_child(void) {
  truth_begin();
  leak_often(leak_event, "leak_event");
  truth_group_at("Event", leaks, "leak_event", self, "leak", source, event_line);
}

static void be_parent_of_child(void) {
  truth_begin();
  truth_warm(warm_up, self);
  for (int i = 0; i < few; ++i) leak_mutex();
  run_child("grandchild", 0);
  truth_group_at("Mutant", few, "leak_mutex", self, "", source, mutex_line);
}

static void be_grandchild(void) {
  truth_begin();
  for (int i = 0; i < few; ++i) leak_semaphore();
  truth_group_at("Semaphore", few, "leak_semaphore", self, "", source, semaphore_line);
}

static void be_parent(void) {
  truth_begin();
  truth_warm(warm_up, self);
  open_before_child();
  run_child("file", 0);
  run_child("event", CREATE_SUSPENDED);
  run_child("parent", 0);
  truth_group_at("File", 1, "open_before_child", self, "", source, before_line);
}

int main(int argc, char** argv) {
  const char* const which = argc > 1 ? argv[1] : "";
  if (strcmp(which, "nothing") == 0) return 0;
  if (strcmp(which, "file") == 0) {
    be_file_child();
  } else if (strcmp(which, "event") == 0) {
    be_event_child();
  } else if (strcmp(which, "parent") == 0) {
    be_parent_of_child();
  } else if (strcmp(which, "grandchild") == 0) {
    be_grandchild();
  } else {
    be_parent();
    truth_print(0);
    return 0;
  }
  truth_inherited_from("open_before_child", 1);
  truth_print(0);
  return 0;
}
