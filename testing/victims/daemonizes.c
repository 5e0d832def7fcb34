// A child becomes a daemon by the library's call, which forks inside, and opens a file. The program goes on
// until the daemon has ended.
#include <fcntl.h>
#include <sys/wait.h>

#include "truth.h"

KEPT_WHOLE static int open_one(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

static void become_daemon(void) {
  const int keep_directory = 1;
  const int keep_streams = 1;
  if (daemon(keep_directory, keep_streams) != 0) _exit(1);
  open_one();
  truth_group("file", 1, "open_one", "daemonizes", "");
  truth_print(5, 0, 0);
  _exit(0);
}

int main(void) {
  int ends[2];
  char byte;
  open_one();
  if (pipe(ends) != 0) return 1;
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    become_daemon();
  }
  close(ends[1]);
  const int failed = waitpid(child, NULL, 0) != child || read(ends[0], &byte, 1) != 0;
  close(ends[0]);
  printf("%d failed\n", failed);
  truth_group("file", 1, "open_one", "daemonizes", "");
  truth_print(3, 0, 0);
  return 0;
}
