// Opens files that survive an exec and files that do not, then becomes exec_chain_after, which states the
// truth.
#include <fcntl.h>
#include <libgen.h>

#include "truth.h"

KEPT_WHOLE static int open_surviving(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int open_close_on_exec(void) {
  const int fd = open("/etc/group", O_RDONLY | O_CLOEXEC);
  return fd < 0 ? -1 : fd;
}

int main(void) {
  for (int i = 0; i < 7; ++i) open_surviving();
  for (int i = 0; i < 5; ++i) open_close_on_exec();
  char path[4096];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - sizeof("/exec_chain_after"));
  path[length < 0 ? 0 : length] = '\0';
  char next[sizeof(path) + 32];
  snprintf(next, sizeof(next), "%s/exec_chain_after", dirname(path));
  execl(next, "exec_chain_after", (char*)NULL);
  perror(next);
  return 1;
}
