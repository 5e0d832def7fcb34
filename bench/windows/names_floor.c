/* names_floor.exe PID [names]: the least that the handles of a process take: one question for the system's
   table; with `names` one more for each handle, on a duplicate of it. */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>
#include <winternl.h>

struct row { /* SYSTEM_HANDLE_TABLE_ENTRY_INFO_EX */
  void* object;
  ULONG_PTR pid, handle;
  ULONG access;
  USHORT trace, type;
  ULONG attributes, reserved;
};
struct table {
  ULONG_PTR count, reserved;
  struct row rows[];
};

static struct table* read_table(void) {
  for (ULONG room = 1 << 20; room != 0; room *= 2) {
    struct table* table = malloc(room);
    const NTSTATUS status = NtQuerySystemInformation((SYSTEM_INFORMATION_CLASS)64, table, room, NULL);
    if (status >= 0) return table;
    free(table);
    if (status != (NTSTATUS)0xc0000004) return NULL;
  }
  return NULL;
}

int main(int count, char** words) {
  if (count < 2) return 2;
  const ULONG_PTR pid = strtoul(words[1], NULL, 10);
  const HANDLE process = OpenProcess(PROCESS_DUP_HANDLE, FALSE, (DWORD)pid);
  struct table* table = read_table();
  if (table == NULL || process == NULL) return 1;
  unsigned long handles = 0, names = 0;
  static char answer[4096];
  for (ULONG_PTR i = 0; i < table->count; ++i) {
    if (table->rows[i].pid != pid) continue;
    ++handles;
    HANDLE own = NULL;
    if (count < 3 || !DuplicateHandle(process, (HANDLE)table->rows[i].handle, GetCurrentProcess(), &own, 0,
                                      FALSE, DUPLICATE_SAME_ACCESS))
      continue;
    if (NtQueryObject(own, (OBJECT_INFORMATION_CLASS)1, answer, sizeof answer, NULL) >= 0) ++names;
    CloseHandle(own);
  }
  printf("%lu handles, %lu names\n", handles, names);
  return 0;
}
