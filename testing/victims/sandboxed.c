// Allows itself a handful of system calls, on pain of death, and goes on opening and closing.
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "truth.h"

#define ALLOW(call) \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static int enter_sandbox(int by_number) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      ALLOW(read),
      ALLOW(write),
      ALLOW(open),
      ALLOW(openat),
      ALLOW(close),
      ALLOW(poll),
      ALLOW(newfstatat),
      ALLOW(fstat),  // musl's, as fcntl for what is not open
      ALLOW(fcntl),
      ALLOW(getpid),
      ALLOW(clock_gettime),
      ALLOW(exit_group),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  if (by_number) return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

KEPT_WHOLE static int open_inside(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int open_before(void) {
  const int fd = open("/etc/group", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

int main(int count, char** arguments) {
  (void)arguments;
  fflush(stdout);
  const int before = open_before();
  if (enter_sandbox(count > 1) != 0) {
    perror("seccomp");
    return 1;
  }
  for (int i = 0; i < 20; ++i) close(open_inside());
  for (int i = 0; i < 6; ++i) open_inside();
  close(before);
  truth_group("file", 6, "open_inside", "sandboxed", "");
  truth_print(3, 0, 0);
  _exit(3);
}
