// Handles that are duplicated, moved, pushed into a child and taken from it, inherited, protected; and closes
// of what is none.
#include "calls.h"

OPENS_BY(NtDuplicateObject) {
  HANDLE event = well ? opened_by("NtCreateEvent") : no_handle;
  HANDLE here = GetCurrentProcess();
  const ULONG_PTR none = 0;
  return HERE(NT(NtDuplicateObject)(here, event, here, handle, none, none, DUPLICATE_SAME_ACCESS));
}

static const Call rows[] = {
    ROW(NtDuplicateObject, "Event", "ajar-event"),
};

const Calls duplicate_calls = TABLE(rows);

KEPT_WHOLE static HANDLE open_to_be_moved(void) {
  HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
  return event == NULL ? no_handle : event;
}

// The new handle is this function's; the old one is closed by the same call.
KEPT_WHOLE static void move_handle(HANDLE handle) {
  HANDLE here = GetCurrentProcess();
  HANDLE moved;
  const DWORD how = DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE;
  if (HERE(DuplicateHandle(here, handle, here, &moved, 0, FALSE, how)))
    state_open("Event", "move_handle", __FILE_NAME__, opening_line);
}

// Some systems close it though nothing says where to, others refuse.
KEPT_WHOLE static void close_by_duplicating(HANDLE handle) {
  DWORD unused;
  const BOOL did = DuplicateHandle(GetCurrentProcess(), handle, NULL, NULL, 0, FALSE, DUPLICATE_CLOSE_SOURCE);
  const DWORD error = did ? 0 : GetLastError();
  const BOOL is_closed = !GetHandleInformation(handle, &unused);
  printf("{\"situation\":\"closed by a duplicate to nowhere\",\"error\":%lu,\"closed\":%d}\n", error,
         is_closed);
  if (!is_closed) CloseHandle(handle);
}

KEPT_WHOLE static void open_protected(void) {
  HANDLE mutex = HERE(CreateMutexA(NULL, FALSE, NULL));
  SetHandleInformation(mutex, HANDLE_FLAG_PROTECT_FROM_CLOSE, HANDLE_FLAG_PROTECT_FROM_CLOSE);
  const BOOL did = CloseHandle(mutex);
  printf("{\"situation\":\"close of a protected handle\",\"error\":%lu,\"closed\":%d}\n",
         did ? 0 : GetLastError(), did);
  SetHandleInformation(mutex, HANDLE_FLAG_PROTECT_FROM_CLOSE, 0);
  if (!did) state_open("Mutant", "open_protected", __FILE_NAME__, opening_line);
}

KEPT_WHOLE static void open_inherited(void) {
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  if (HERE(CreateSemaphoreA(&inherited, 0, 1, NULL)) != NULL)
    state_open("Semaphore", "open_inherited", __FILE_NAME__, opening_line);
}

// Numbers that stand for the process, the thread and their tokens. No handle is closed by them.
KEPT_WHOLE static void close_pseudo_handles(void) {
  enum { lowest = -6 };
  for (LONG_PTR number = -1; number >= lowest; --number) {
    const BOOL did = CloseHandle((HANDLE)number);
    printf("{\"situation\":\"close of the pseudo-handle %d\",\"error\":%lu}\n", (int)number,
           did ? 0 : GetLastError());
  }
}

KEPT_WHOLE static int close_garbage(void) {
  const BOOL did = CloseHandle(no_handle);
  printf("{\"situation\":\"close of garbage\",\"error\":%lu}\n", did ? 0 : GetLastError());
  return !did;
}

// Two of them; neither is in this process's table.
KEPT_WHOLE static HANDLE push_into_child(HANDLE child) {
  HANDLE event = opened_by("NtCreateEvent");
  HANDLE here = GetCurrentProcess();
  HANDLE pushed = NULL;
  DuplicateHandle(here, event, child, &pushed, 0, FALSE, DUPLICATE_SAME_ACCESS);
  DuplicateHandle(here, event, child, &pushed, 0, FALSE, DUPLICATE_SAME_ACCESS);
  return pushed;
}

// It is closed there, and open here.
KEPT_WHOLE static void take_from_child(HANDLE child, HANDLE pushed) {
  HANDLE taken = NULL;
  const DWORD how = DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE;
  if (HERE(DuplicateHandle(child, pushed, GetCurrentProcess(), &taken, 0, FALSE, how)))
    state_open("Event", "take_from_child", __FILE_NAME__, opening_line);
}

static void trade_with_child(void) {
  SelfCommand command = self_with("child");
  STARTUPINFOA startup = {.cb = sizeof startup};
  PROCESS_INFORMATION child;
  HANDLE ready = CreateEventA(NULL, TRUE, FALSE, "ajar-child-ready");
  HANDLE go_on = CreateEventA(NULL, TRUE, FALSE, "ajar-child-go-on");
  fflush(stdout);
  if (CreateProcessA(command.path, command.command, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &child)) {
    WaitForSingleObject(ready, INFINITE);
    take_from_child(child.hProcess, push_into_child(child.hProcess));
    SetEvent(go_on);
    WaitForSingleObject(child.hProcess, INFINITE);
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
  }
  CloseHandle(ready);
  CloseHandle(go_on);
}

int make_duplicates(void) {
  move_handle(open_to_be_moved());
  close_by_duplicating(open_to_be_moved());
  open_protected();
  close_pseudo_handles();
  const int bad_closes = close_garbage();
  open_inherited();
  trade_with_child();
  return bad_closes;
}

KEPT_WHOLE static void warm_up(void) {
  CloseHandle(CreateEventA(NULL, TRUE, FALSE, "ajar-warm"));
}

// States a truth of its own.
int be_child(void) {
  static const char* const self = "every_call.exe";
  truth_begin();
  truth_warm(warm_up, self);
  HANDLE ready = OpenEventA(EVENT_MODIFY_STATE, FALSE, "ajar-child-ready");
  HANDLE go_on = OpenEventA(SYNCHRONIZE, FALSE, "ajar-child-go-on");
  SetEvent(ready);
  WaitForSingleObject(go_on, INFINITE);
  CloseHandle(ready);
  CloseHandle(go_on);
  truth_group_or("unseen", "Event", 1, "push_into_child", self);
  truth_inherited_from("open_inherited", 1);
  truth_print(0);
  return 0;
}
