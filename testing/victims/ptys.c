// Pseudo terminals, by every call that makes one.
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <utmp.h>

#include "truth.h"

static const char* const self = "ptys";

KEPT_WHOLE static int by_posix_openpt(void) {
  const int fd = posix_openpt(O_RDWR | O_NOCTTY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int by_getpt(void) {
  const int fd = getpt();
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int by_openpty(int* slave) {
  int master;
  const int result = openpty(&master, slave, NULL, NULL, NULL);
  return result == 0 ? master : -1;
}

// The other end, without its name.
KEPT_WHOLE static int by_ioctl(int master) {
  if (grantpt(master) != 0 || unlockpt(master) != 0) return -1;
  const int fd = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int by_forkpty(pid_t* child) {
  int master;
  *child = forkpty(&master, NULL, NULL, NULL);
  if (*child == 0) _exit(0);
  return *child < 0 ? -1 : master;
}

KEPT_WHOLE static int log_in(int terminal) {
  const int result = login_tty(terminal);
  return result == 0 ? 0 : -1;
}

KEPT_WHOLE static int keep_output(void) {
  const int fd = dup(STDOUT_FILENO);
  return fd < 0 ? -1 : fd;
}

// The terminal becomes the child's standard streams; its output is put back to tell the truth.
static void in_child(int terminal) {
  const int output = keep_output();
  if (log_in(terminal) != 0) _exit(1);
  dup2(output, STDOUT_FILENO);
  truth_group("tty", 2, "log_in", self, "");
  truth_group("", 1, "keep_output", self, "");
  truth_print(-1, 0, 0);
  _exit(0);
}

static int exit_status_of(pid_t child) {
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(void) {
  pid_t child;
  int slave = -1;
  int failures = by_posix_openpt() < 0;
  const int master = by_getpt();
  failures += master < 0;
  failures += by_openpty(&slave) < 0;
  failures += by_ioctl(master) < 0;
  failures += by_forkpty(&child) < 0;
  failures += exit_status_of(child) != 0;
  fflush(stdout);
  child = fork();
  if (child == 0) in_child(slave);
  failures += exit_status_of(child) != 0;
  printf("%d calls failed\n", failures);
  truth_group("pty", 1, "by_posix_openpt", self, "");
  truth_group("pty", 1, "by_getpt", self, "");
  truth_group("pty|tty", 2, "by_openpty", self, "");
  truth_group("tty", 1, "by_ioctl", self, "");
  truth_group("pty", 1, "by_forkpty", self, "");
  truth_print(3, 0, 0);
  return 0;
}
