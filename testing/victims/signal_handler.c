// A handler that opens, on a timer that interrupts a program which opens and closes all the time.
#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>

#include "truth.h"

enum { signals = 100 };

static volatile sig_atomic_t seen = 0;

KEPT_WHOLE static void on_signal(int number) {
  const int saved = errno;
  (void)number;
  if (seen < signals && open("/etc/passwd", O_RDONLY) >= 0) ++seen;
  errno = saved;
}

KEPT_WHOLE static int open_and_close(void) {
  const int fd = open("/etc/group", O_RDONLY);
  if (fd >= 0) close(fd);
  return fd < 0 ? -1 : 0;
}

int main(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  const struct itimerval every = {{0, 2000}, {0, 2000}};
  const struct itimerval never = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &every, NULL);
  int failures = 0;
  while (seen < signals) failures += open_and_close() < 0;
  setitimer(ITIMER_REAL, &never, NULL);
  printf("%d opens failed\n", failures);
  truth_group("file", signals, "on_signal", program_invocation_short_name, "");
  truth_print(3, 0, 0);
  return 0;
}
