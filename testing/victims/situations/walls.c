// Programs behind walls: under a filter of system calls, and in a namespace of pids.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "situation.h"

#define ALLOW(name) \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##name, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

// What the program itself calls from here on; whoever else calls something, or makes it call something, kills
// it.
static void allow_only_own_calls(unsigned otherwise) {
  struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      ALLOW(read),
      ALLOW(write),
      ALLOW(openat),
      ALLOW(close),
      ALLOW(ppoll),
      ALLOW(newfstatat),
      ALLOW(fstat),  // musl's, as open, and fcntl for what is not open
      ALLOW(fcntl),
      ALLOW(getpid),
      ALLOW(exit_group),
#ifdef SYS_poll
      ALLOW(open),
      ALLOW(poll),
#endif
      BPF_STMT(BPF_RET | BPF_K, otherwise),
  };
  const struct sock_fprog program = {.len = sizeof(rules) / sizeof(rules[0]), .filter = rules};
  MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
    unavailable("the kernel has no seccomp filters");
}

static void open_and_state(void) {
  close(some_file());
  some_file();
  OPENED_BY_SOME_FILE(1);
  truth_print(3, 0, 0);
}

static void seccomp_kills(void) {
  allow_only_own_calls(SECCOMP_RET_KILL_PROCESS);
  open_and_state();
  _exit(0);
}

static void seccomp_refuses(void) {
  allow_only_own_calls(SECCOMP_RET_ERRNO | EPERM);
  open_and_state();
  _exit(0);
}

KEPT_WHOLE static void open_inside(void) {
  MUST(open("/etc/group", O_RDONLY) >= 0);
  truth_group("file", 1, __func__, program_invocation_short_name, "");
}

// Inside, the child is pid 1; the truth has the pid that everybody else knows.
static void pid_namespace(void) {
  volatile pid_t* outside =
      mmap(NULL, sizeof(pid_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int status = -1;
  if (unshare(CLONE_NEWPID) != 0) unavailable("namespaces are not allowed");
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    while (*outside == 0) sched_yield();
    open_inside();
    for (int i = 0; i < 12; ++i) pace();  // long enough to be looked at from outside
    truth_print_as(*outside, 3, 0, 0);
    _exit(0);
  }
  *outside = child;
  MUST(child > 0 && waitpid(child, &status, 0) == child && status == 0);
  truth_print(3, 0, 0);
}

static const struct situation situations[] = {
    SITUATION(seccomp_kills),
    SITUATION(seccomp_refuses),
    SITUATION(pid_namespace),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
