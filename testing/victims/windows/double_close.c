// The twin of ../double_close.c: closes a handle twice, and one that was never open.
#include "truth.h"

KEPT_WHOLE static HANDLE open_it(void) {
  HANDLE handle = CreateEventA(NULL, TRUE, FALSE, NULL);
  return handle == NULL ? INVALID_HANDLE_VALUE : handle;
}

KEPT_WHOLE static DWORD close_it(HANDLE handle) {
  return CloseHandle(handle) ? 0 : GetLastError();
}

KEPT_WHOLE static DWORD close_it_again(HANDLE handle) {
  return CloseHandle(handle) ? 0 : GetLastError();
}

KEPT_WHOLE static DWORD close_what_never_was_open(void) {
  return CloseHandle((HANDLE)0x7770) ? 0 : GetLastError();
}

int main(void) {
  truth_begin();
  HANDLE handle = open_it();
  const DWORD first = close_it(handle);
  const DWORD second = close_it_again(handle);
  const DWORD never = close_what_never_was_open();
  printf("errors: %lu, %s, %s\n", first, second == ERROR_INVALID_HANDLE ? "EBADF" : "?",
         never == ERROR_INVALID_HANDLE ? "EBADF" : "?");
  truth_print(2);
  return 0;
}
