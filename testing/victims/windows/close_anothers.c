// The twin of ../close_anothers.c: one part of a program closes its handle twice. In between another part
// opened a journal and was given the same number, so the second close succeeds and takes that away; then the
// owner's own close fails.
#include "truth.h"

KEPT_WHOLE static HANDLE open_cache(void) {
  HANDLE handle = CreateEventA(NULL, TRUE, FALSE, NULL);
  return handle == NULL ? INVALID_HANDLE_VALUE : handle;
}

KEPT_WHOLE static HANDLE open_journal(void) {
  HANDLE handle = CreateSemaphoreA(NULL, 1, 1, NULL);
  return handle == NULL ? INVALID_HANDLE_VALUE : handle;
}

KEPT_WHOLE static DWORD close_cache(HANDLE handle) {
  return CloseHandle(handle) ? 0 : GetLastError();
}

KEPT_WHOLE static DWORD close_journal(HANDLE handle) {
  return CloseHandle(handle) ? 0 : GetLastError();
}

int main(void) {
  truth_begin();
  HANDLE cache = open_cache();
  close_cache(cache);
  HANDLE journal = open_journal();
  const DWORD theft = close_cache(cache);
  const DWORD surprise = close_journal(journal);
  printf("%s number; errors: %lu, %s\n", cache == journal ? "same" : "another", theft,
         surprise == ERROR_INVALID_HANDLE ? "EBADF" : "?");
  truth_thefts(cache == journal);
  truth_print(1);  // the owner's failure is what shows the theft
  return 0;
}
