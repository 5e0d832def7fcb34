// Kinds that the C library has no function for: programs ask for them by syscall().
#include <linux/bpf.h>
#include <linux/landlock.h>
#include <linux/openat2.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "situation.h"

KEPT_WHOLE static void openat2_kind(void) {
  struct open_how how = {.flags = O_RDONLY};
  if (syscall(SYS_openat2, AT_FDCWD, "/etc/passwd", &how, sizeof(how)) < 0) unavailable("no openat2");
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void userfaultfd_kind(void) {
  if (syscall(SYS_userfaultfd, O_CLOEXEC) < 0) unavailable("userfaultfd is not allowed");
  OPENED_HERE("userfaultfd", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void perf_kind(void) {
  struct perf_event_attr event = {
      .type = PERF_TYPE_SOFTWARE, .size = sizeof(event), .config = PERF_COUNT_SW_DUMMY, .exclude_kernel = 1};
  if (syscall(SYS_perf_event_open, &event, 0, -1, -1, 0) < 0) unavailable("perf_event_open is not allowed");
  OPENED_HERE("perf event", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void memfd_secret_kind(void) {
  if (syscall(SYS_memfd_secret, 0) < 0) unavailable("the kernel has no secret memory (secretmem.enable)");
  OPENED_HERE("secret memory", 1);
  truth_print(3, 0, 0);
}

// No function, so that its callers are who opens.
#define bpf(command, attributes) ((int)syscall(SYS_bpf, command, attributes, sizeof(*(attributes))))

KEPT_WHOLE static int new_map(void) {
  union bpf_attr map = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
  const int fd = bpf(BPF_MAP_CREATE, &map);
  if (fd < 0) unavailable("bpf maps are not allowed");
  return fd;
}

KEPT_WHOLE static void bpf_kind(void) {
  new_map();
  truth_group("bpf map", 1, "new_map", program_invocation_short_name, "");
  truth_print(3, 0, 0);
}

// A second descriptor of a map, found by its number.
KEPT_WHOLE static void bpf_by_id(void) {
  const int first = new_map();
  struct bpf_map_info info = {0};
  union bpf_attr ask = {
      .info = {.bpf_fd = (unsigned)first, .info_len = sizeof(info), .info = (unsigned long)&info}};
  MUST(bpf(BPF_OBJ_GET_INFO_BY_FD, &ask) == 0);
  union bpf_attr get = {.map_id = info.id};
  if (syscall(SYS_bpf, BPF_MAP_GET_FD_BY_ID, &get, sizeof(get)) < 0) unavailable("bpf by id is not allowed");
  close(first);
  OPENED_HERE("bpf map", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void landlock_kind(void) {
  const struct landlock_ruleset_attr rules = {.handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE};
  if (syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0) < 0)
    unavailable("the kernel has no landlock");
  OPENED_HERE("landlock ruleset", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void fsopen_kind(void) {
  if (syscall(SYS_fsopen, "tmpfs", 0) < 0) unavailable("fsopen is not allowed");
  OPENED_HERE("fscontext", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void pidfd_getfd_kind(void) {
  const int file = some_file();
  const int self = pidfd_open(getpid(), 0);
  if (syscall(SYS_pidfd_getfd, self, file, 0) < 0) unavailable("pidfd_getfd is not allowed");
  close(self);
  close(file);
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

// The new child's pidfd comes back in memory, not as a result.
KEPT_WHOLE static void clone_pidfd(void) {
  int pidfd = -1;
  struct {
    unsigned long flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
  } arguments = {.flags = CLONE_PIDFD, .pidfd = (unsigned long)&pidfd, .exit_signal = SIGCHLD};
  const long child = syscall(SYS_clone3, &arguments, sizeof(arguments));
  if (child == 0) _exit(0);
  if (child < 0 || pidfd < 0) unavailable("no clone3");
  waitpid((pid_t)child, NULL, 0);
  OPENED_HERE("pidfd", 1);
  truth_print(3, 0, 0);
}

static const struct situation situations[] = {
    SITUATION(openat2_kind),      SITUATION(userfaultfd_kind), SITUATION(perf_kind),
    SITUATION(memfd_secret_kind), SITUATION(bpf_kind),         SITUATION(bpf_by_id),
    SITUATION(landlock_kind),     SITUATION(fsopen_kind),      SITUATION(pidfd_getfd_kind),
    SITUATION(clone_pidfd),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
