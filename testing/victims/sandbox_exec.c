// Forbids itself, on pain of death, calls that a program needs neither to be loaded nor to run, and becomes
// /bin/echo.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "truth.h"

#define FORBID(call) \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)

int main(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      FORBID(ftruncate),
      FORBID(fallocate),
      FORBID(madvise),
      FORBID(getdents64),
      FORBID(readlinkat),
      FORBID(rt_sigprocmask),
      FORBID(nanosleep),
      FORBID(getppid),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) {
    perror("seccomp");
    return 1;
  }
  execl("/bin/echo", "echo", "still alive", (char*)NULL);
  return 1;
}
