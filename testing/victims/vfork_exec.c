// A vfork child shares its parent's memory but not its descriptors: what it closes there is still open here.
#include <fcntl.h>
#include <sys/wait.h>

#include "truth.h"

KEPT_WHOLE static int open_one(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

static int run_true_without(int fd) {
  int status = -1;
  const pid_t child = vfork();
  if (child == 0) {
    close(fd);
    dup2(STDERR_FILENO, 60);
    execl("/bin/true", "true", (char*)NULL);
    _exit(127);
  }
  waitpid(child, &status, 0);
  return status;
}

int main(void) {
  int failures = 0;
  for (int i = 0; i < 4; ++i) failures += run_true_without(open_one()) != 0;
  printf("%d children failed\n", failures);
  truth_group("file", 4, "open_one", "vfork_exec", "");
  truth_print(3, 0, 0);
  return 0;
}
