// Files by way of FILE*, and temporary ones: opened by calls that never pass the library's public open().
#include <fcntl.h>
#include <stdlib.h>

#include "truth.h"

static const char* const self = "fopen_family";

KEPT_WHOLE static FILE* by_fopen(void) {
  FILE* file = fopen("/etc/passwd", "re");
  if (file == NULL) perror("fopen");
  return file;
}

KEPT_WHOLE static FILE* by_fdopen(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  FILE* file = fdopen(fd, "r");
  if (file == NULL) perror("fdopen");
  return file;
}

KEPT_WHOLE static FILE* by_freopen(void) {
  FILE* file = fopen("/etc/passwd", "r");
  if (file != NULL) file = freopen("/etc/group", "r", file);
  if (file == NULL) perror("freopen");
  return file;
}

KEPT_WHOLE static FILE* by_tmpfile(void) {
  FILE* file = tmpfile();
  if (file == NULL) perror("tmpfile");
  return file;
}

KEPT_WHOLE static int by_mkstemp(void) {
  char path[] = "mkstemp-XXXXXX";
  const int fd = mkstemp(path);
  unlink(path);
  return fd;
}

KEPT_WHOLE static int by_mkostemp(void) {
  char path[] = "mkostemp-XXXXXX";
  const int fd = mkostemp(path, O_CLOEXEC);
  unlink(path);
  return fd;
}

KEPT_WHOLE static void open_and_close_all(void) {
  fclose(by_fopen());
  fclose(by_fdopen());
  fclose(by_freopen());
  fclose(by_tmpfile());
  close(by_mkstemp());
  close(by_mkostemp());
}

int main(void) {
  for (int i = 0; i < 5; ++i) open_and_close_all();
  for (int i = 0; i < 3; ++i) by_fopen();
  for (int i = 0; i < 2; ++i) by_fdopen();
  by_freopen();
  for (int i = 0; i < 2; ++i) by_tmpfile();
  for (int i = 0; i < 2; ++i) by_mkstemp();
  for (int i = 0; i < 2; ++i) by_mkostemp();
  truth_group("file", 3, "by_fopen", self, "");
  truth_group("file", 2, "by_fdopen", self, "");
  truth_group("file", 1, "by_freopen", self, "");
  truth_group("file", 2, "by_tmpfile", self, "");
  truth_group("file", 2, "by_mkstemp", self, "");
  truth_group("file", 2, "by_mkostemp", self, "");
  truth_print(3, 0, 0);
  return 0;
}
