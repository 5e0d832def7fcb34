// At SIGUSR1 it leaks in every way in which a program reaches a function of the C library: directly, by
// tables of functions that the linker filled in, by a function that it calls for the first time. It ends at
// SIGTERM. Built several times, as linkers bind it: at the first call, at once, without tables of calls, at a
// fixed address.
#include <fcntl.h>
#include <signal.h>

#include "truth.h"

enum { rounds = 10 };

struct Functions {
  int (*open)(const char* path, int flags, ...);
};
static const struct Functions sealed = {open};
static struct Functions changeable = {open};

static volatile sig_atomic_t leaks = 0, ends = 0;

static void on_leak(int number) {
  (void)number;
  leaks = 1;
}
static void on_end(int number) {
  (void)number;
  ends = 1;
}

KEPT_WHOLE static int leak_directly(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}
KEPT_WHOLE static int leak_by_table(const volatile struct Functions* functions) {
  const int fd = functions->open("/etc/group", O_RDONLY);
  return fd < 0 ? -1 : fd;
}
KEPT_WHOLE static int leak_first_time(void) {
  const int fd = creat("/dev/null", 0600);
  return fd < 0 ? -1 : fd;
}

int main(void) {
  signal(SIGUSR1, on_leak);
  signal(SIGTERM, on_end);
  close(leak_directly());
  while (!leaks && !ends) pace();
  for (int i = 0; leaks && i < rounds; ++i) {
    leak_directly();
    leak_by_table(&sealed);
    leak_by_table(&changeable);
    leak_first_time();
  }
  while (!ends) pace();
  const char* const module = program_invocation_short_name;
  truth_group("file", rounds, "leak_directly", module, "");
  truth_group("file", 2 * rounds, "leak_by_table", module, "");
  truth_group("file|character device", rounds, "leak_first_time", module, "");
  truth_print(3, 0, 0);
  return 0;
}
