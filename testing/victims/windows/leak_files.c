// The twin of ../leak_files.c: a server in which each request opens a log and forgets it. What else a request
// opens, it closes. It ends after 100 requests, or as many as its argument says.
#include <stdlib.h>

#include "truth.h"

static int log_line;

KEPT_WHOLE static HANDLE open_log(int request) {
  char path[64];
  snprintf(path, sizeof(path), "request-%03d.log", request);
  return AT_LINE(log_line, CreateFileA(path, GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_ALWAYS, 0, NULL));
}

KEPT_WHOLE static int read_settings(void) {
  char first = 0;
  DWORD got = 0;
  HANDLE settings =
      CreateFileA("C:\\windows\\win.ini", GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
  if (settings == INVALID_HANDLE_VALUE) return -1;
  ReadFile(settings, &first, 1, &got, NULL);
  CloseHandle(settings);
  return first;
}

KEPT_WHOLE static void warm_up(void) {
  read_settings();
}

KEPT_WHOLE static void handle_request(int request) {
  char text[64];
  DWORD written;
  const int length = snprintf(text, sizeof(text), "request %d, settings %d\n", request, read_settings());
  WriteFile(open_log(request), text, (DWORD)length, &written, NULL);
}

int main(int argc, char** argv) {
  const int requests = argc > 1 ? atoi(argv[1]) : 100;
  truth_begin();
  truth_warm(warm_up, "leak_files.exe");
  for (int handled = 0; handled < requests; ++handled) {
    handle_request(handled);
    pace();
  }
  truth_group_at("File", requests, "open_log", "leak_files.exe", "leak", "leak_files.c", log_line);
  truth_print(0);
  return 0;
}
