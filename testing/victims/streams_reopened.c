// Streams that are given another file, or none: freopen, and fcloseall, which closes no descriptor.
#include <fcntl.h>
#include <stdlib.h>

#include "truth.h"

static const char* const self = "streams_reopened";

KEPT_WHOLE static FILE* open_stream(void) {
  FILE* file = fopen("/etc/passwd", "r");
  if (file == NULL) perror("fopen");
  return file;
}

KEPT_WHOLE static FILE* reopen(FILE* file) {
  FILE* result = freopen("/etc/group", "r", file);
  if (result == NULL) perror("freopen");
  return result;
}

// In another mode.
KEPT_WHOLE static FILE* reopen_same(FILE* file) {
  FILE* result = freopen64(NULL, "r", file);
  if (result == NULL) perror("freopen64");
  return result;
}

// The stream's old file is closed all the same.
KEPT_WHOLE static FILE* reopen_nothing(FILE* file) {
  FILE* result = freopen("/nowhere/to/be/found", "r", file);
  if (result != NULL) perror("freopen opened nothing");
  return result;
}

int main(void) {
  fclose(reopen(open_stream()));
  fclose(reopen_same(open_stream()));
  int wrong = reopen_nothing(open_stream()) != NULL;
  for (int i = 0; i < 2; ++i) wrong += reopen(open_stream()) == NULL;
  wrong += reopen_same(open_stream()) == NULL;
  open_stream();
  printf("%d streams were not as they should be\n", wrong);
  fcloseall();
  truth_group("file", 2, "reopen", self, "");
  truth_group("file", 1, "reopen_same", self, "");
  truth_group("file", 1, "open_stream", self, "");
  truth_print(3, 0, 0);
  return 0;
}
