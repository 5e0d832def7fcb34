// Processes and threads.
#include "calls.h"

static CLIENT_ID* client(DWORD process, DWORD thread) {
  static CLIENT_ID id;
  id.UniqueProcess = (HANDLE)(ULONG_PTR)process;
  id.UniqueThread = (HANDLE)(ULONG_PTR)thread;
  return &id;
}

static DWORD WINAPI ends(void* unused) {
  (void)unused;
  return 0;
}

OPENS_BY(NtOpenProcess) {
  CLIENT_ID* id = client(well ? GetCurrentProcessId() : 0xfffff0, 0);
  return HERE(NT(NtOpenProcess)(handle, PROCESS_ALL_ACCESS, nameless(), id));
}
OPENS_BY(NtOpenThread) {
  CLIENT_ID* id = client(well ? GetCurrentProcessId() : 0xfffff0, well ? GetCurrentThreadId() : 0xfffff0);
  return HERE(NT(NtOpenThread)(handle, THREAD_ALL_ACCESS, nameless(), id));
}
OPENS_BY(NtCreateThreadEx) {
  HANDLE process = well ? GetCurrentProcess() : no_handle;
  const SIZE_T sizes = 0;
  // clang-format off
  return HERE(NT(NtCreateThreadEx)(handle, THREAD_ALL_ACCESS, NULL, process, ends, NULL, 0, sizes, sizes, sizes, NULL));
  // clang-format on
}
OPENS_BY(NtGetNextThread) {
  HANDLE process = well ? GetCurrentProcess() : no_handle;
  return HERE(NT(NtGetNextThread)(process, NULL, THREAD_ALL_ACCESS, 0, 0, handle));
}
// The first process that there is, which is that of the debugged system.
OPENS_BY(NtGetNextProcess) {
  return HERE(NT(NtGetNextProcess)(well ? NULL : no_handle, MAXIMUM_ALLOWED, 0, 0, handle));
}

// By the function that calls it, since its arguments are many; one that fails would fail before it gets to
// the kernel.
OPENS_BY(NtCreateUserProcess) {
  SelfCommand self = self_with("nothing");
  STARTUPINFOA startup = {.cb = sizeof startup};
  PROCESS_INFORMATION child;
  if (!well) return 0;
  const DWORD flags = CREATE_SUSPENDED;
  // clang-format off
  if (!HERE(CreateProcessA(self.path, self.command, NULL, NULL, FALSE, flags, NULL, NULL, &startup, &child))) return (NTSTATUS)(0xc0070000 | GetLastError());
  // clang-format on
  TerminateProcess(child.hProcess, 0);
  *handle = child.hProcess;
  return 0;
}

// The debug object of a process that is debugged: here with the one that NtCreateDebugObject made.
OPENS_BY(NtQueryInformationProcess) {
  enum { debug_object_handle = 30 };
  SelfCommand self = self_with("nothing");
  STARTUPINFOA startup = {.cb = sizeof startup};
  PROCESS_INFORMATION child;
  HANDLE debug = opened_by("NtCreateDebugObject");
  const ULONG size = sizeof *handle;
  if (!well) return 0;
  if (!CreateProcessA(self.path, self.command, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL, &startup,
                      &child))
    return (NTSTATUS)(0xc0070000 | GetLastError());
  NT(NtDebugActiveProcess)(child.hProcess, debug);
  const NTSTATUS status =
      HERE(NT(NtQueryInformationProcess)(child.hProcess, debug_object_handle, handle, size, NULL));
  NT(NtRemoveProcessDebug)(child.hProcess, debug);
  TerminateProcess(child.hProcess, 0);
  CloseHandle(child.hThread);
  CloseHandle(child.hProcess);
  return status;
}

static const Call rows[] = {
    ROW(NtOpenProcess, "Process", ""),
    ROW(NtOpenThread, "Thread", ""),
    ROW(NtCreateThreadEx, "Thread", ""),
    ROW(NtGetNextThread, "Thread", ""),
    ROW(NtGetNextProcess, "Process", ""),
    ROW_OF_TWO(NtCreateUserProcess, "Process", "Thread"),
    ROW(NtQueryInformationProcess, "DebugObject", ""),
};

const Calls process_calls = TABLE(rows);
