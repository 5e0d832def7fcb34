// A server in which each request opens a log and forgets it. What else a request opens, it closes. It ends
// after 100 requests (or its argument), or at SIGTERM. It is idle before for a second argument's seconds.
#include <signal.h>
#include <stdlib.h>

#include "truth.h"

static volatile sig_atomic_t ends = 0;

static void on_end(int number) {
  (void)number;
  ends = 1;
}

KEPT_WHOLE static FILE* open_log(int request) {
  char path[64];
  snprintf(path, sizeof(path), "request-%03d.log", request);
  FILE* log = fopen(path, "w");
  if (log != NULL) setvbuf(log, NULL, _IONBF, 0);
  return log;
}

KEPT_WHOLE static int read_settings(void) {
  FILE* settings = fopen("/etc/passwd", "r");
  const int first = settings == NULL ? -1 : fgetc(settings);
  if (settings != NULL) fclose(settings);
  return first;
}

KEPT_WHOLE static void handle_request(int request) {
  const int settings = read_settings();
  FILE* log = open_log(request);
  if (log != NULL) fprintf(log, "request %d, settings %d\n", request, settings);
}

int main(int argc, char** argv) {
  const int requests = argc > 1 ? atoi(argv[1]) : 100;
  int handled = 0;
  signal(SIGTERM, on_end);
  if (argc > 2) sleep((unsigned)atoi(argv[2]));
  for (; handled < requests && !ends; ++handled) {
    handle_request(handled);
    pace();
  }
  truth_group("file", handled, "open_log", program_invocation_short_name, "leak");
  truth_print(3, 0, 0);
  return 0;
}
