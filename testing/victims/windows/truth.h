/* How a Windows victim states its truth: as ../truth.h has it, and further what it can tell of itself that
 * ajar has to agree with. Part of the victim's program, not of ajar. It opens nothing.
 */
#ifndef AJAR_VICTIMS_WINDOWS_TRUTH_H_
#define AJAR_VICTIMS_WINDOWS_TRUTH_H_

#include <windows.h>

#include "../truth_text.h"

/* Carries out the call, which must stand in one line, and keeps that line's number in `line`. */
#define AT_LINE(line, call) ((line) = __LINE__, (call))

typedef struct {
  void* object;
  ULONG_PTR pid;
  ULONG_PTR handle;
  ULONG access;
  USHORT trace, type;
  ULONG attributes, reserved;
} TruthHandle;

typedef struct {
  ULONG_PTR count, reserved;
  TruthHandle handles[];
} TruthTable;

/* The handles of all processes; grows until they fit, and is kept. */
__attribute__((unused)) static const TruthTable* truth_all_handles(void) {
  enum { system_extended_handle_information = 64 };
  static TruthTable* table = NULL;
  static ULONG size = 1 << 20;
  LONG(NTAPI * query)(ULONG, void*, ULONG, ULONG*);
  query = (void*)GetProcAddress(GetModuleHandleA("ntdll"), "NtQuerySystemInformation");
  for (;;) {
    if (table == NULL) table = VirtualAlloc(NULL, size, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    if (table == NULL) ExitProcess(97);
    if (query(system_extended_handle_information, table, size, NULL) >= 0) return table;
    VirtualFree(table, 0, MEM_RELEASE);
    table = NULL;
    size *= 2;
  }
}

__attribute__((unused)) static long truth_count_open(void) {
  const TruthTable* const table = truth_all_handles();
  long count = 0;
  for (ULONG_PTR i = 0; i < table->count; ++i) count += table->handles[i].pid == GetCurrentProcessId();
  return count;
}

static long truth_before __attribute__((unused)) = 0;

/* What is open from here back is the system's and the C library's, not the program's. */
__attribute__((unused)) static void truth_begin(void) {
  truth_count_open();
  truth_before = truth_count_open();
}

/* The system's libraries keep some handles for the next time. `warm_up` makes them do so, once and in one
 * place, and what they keep is its row. */
__attribute__((unused)) static void truth_warm(void (*warm_up)(void), const char* module) {
  const long before = truth_count_open();
  warm_up();
  const long kept = truth_count_open() - before;
  if (kept > 0) truth_group("", kept, "warm_up", module, "one-off");
}

__attribute__((unused)) static void truth_write(const char* text, int length) {
  DWORD written;
  fflush(stdout);
  if (!WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text, (DWORD)length, &written, NULL) ||
      written != (DWORD)length)
    ExitProcess(99);
}

/* As on Linux; nobody knows here what was inherited. `before` is how many there were at truth_begin(),
 * `unaccounted` how many are open of which the rows say nothing: none, if the victim knows what it does. */
__attribute__((unused)) static void truth_print(int bad_closes) {
  static char line[TRUTH_ROOM + 64];
  char more[96];
  const long open_count = truth_count_open();
  snprintf(more, sizeof more, ",\"before\":%ld,\"unaccounted\":%ld", truth_before,
           open_count - truth_before - truth_buffer.stated);
  truth_more(more);
  truth_write(line,
              truth_line(line, sizeof line, (long)GetCurrentProcessId(), open_count, -1, 0, bad_closes));
}

/* The time between two requests of a pretended load. */
__attribute__((unused)) static void pace(void) {
  Sleep(25);
}

#endif
