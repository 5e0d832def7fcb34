// Kinds of descriptors that not every kernel has, or not for everyone: what could not be had is not stated.
#include <fcntl.h>
#include <netdb.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/fanotify.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "truth.h"

static const char* const self = "newer_kinds";

static void state(const char* type, int count, const char* function) {
  if (count > 0) truth_group(type, count, function, self, "");
}

KEPT_WHOLE static int open_self(void) {
  const int fd = pidfd_open(getpid(), 0);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int take_stdin(int process) {
  const int fd = pidfd_getfd(process, 0, 0);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int watch_all(void) {
  const int fd = fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC, O_RDONLY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int prepare_mount(void) {
  const int fd = fsopen("tmpfs", FSOPEN_CLOEXEC);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int make_mount(int context) {
  if (context < 0 || fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) != 0) return -1;
  const int fd = fsmount(context, FSMOUNT_CLOEXEC, 0);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int pick_mount(void) {
  const int fd = fspick(AT_FDCWD, "/", FSPICK_CLOEXEC);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int look_at_tree(void) {
  const int fd = open_tree(AT_FDCWD, "/etc", OPEN_TREE_CLOEXEC);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int open_by_handle(void) {
  char space[sizeof(struct file_handle) + MAX_HANDLE_SZ];
  struct file_handle* handle = (struct file_handle*)space;
  int mount = 0;
  handle->handle_bytes = MAX_HANDLE_SZ;
  if (name_to_handle_at(AT_FDCWD, "/etc/passwd", handle, &mount, 0) != 0) return -1;
  const int directory = open("/etc", O_RDONLY | O_DIRECTORY);
  const int fd = open_by_handle_at(directory, handle, O_RDONLY);
  close(directory);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int make_named_file(void) {
  char name[] = "XXXXXX.suffix";
  const int fd = mkostemps(name, 7, O_CLOEXEC);
  unlink(name);
  return fd < 0 ? -1 : fd;
}

static int do_nothing(void* unused) {
  (void)unused;
  return 0;
}

// A child, and a descriptor for it, from one call.
KEPT_WHOLE static int clone_with_pidfd(void) {
  static char stack[65536];
  int fd = -1;
  const pid_t child = clone(do_nothing, stack + sizeof(stack), CLONE_PIDFD | SIGCHLD, NULL, &fd);
  return child > 0 && waitpid(child, NULL, 0) == child ? fd : -1;
}

KEPT_WHOLE static int open_user_namespace(void) {
  const int own = open("/proc/self/ns/mnt", O_RDONLY);
  const int fd = ioctl(own, 0xb701 /* NS_GET_USERNS */);
  close(own);
  return fd < 0 ? -1 : fd;
}

// For the superuser only: the numbers below 1024.
KEPT_WHOLE static int reserve_ports(void) {
  int port = 1023;
  int made = rresvport(&port) >= 0;
  made += rresvport_af(&port, AF_INET) >= 0;
  return made;
}

int main(void) {
  const int self_fd = open_self();
  const int context = prepare_mount();
  state("pidfd", self_fd >= 0, "open_self");
  state("", take_stdin(self_fd) >= 0, "take_stdin");
  state("fanotify", watch_all() >= 0, "watch_all");
  state("fscontext", context >= 0, "prepare_mount");
  state("file|directory", make_mount(context) >= 0, "make_mount");
  state("fscontext", pick_mount() >= 0, "pick_mount");
  state("file|directory", look_at_tree() >= 0, "look_at_tree");
  state("file", open_by_handle() >= 0, "open_by_handle");
  state("file", make_named_file() >= 0, "make_named_file");
  state("pidfd", clone_with_pidfd() >= 0, "clone_with_pidfd");
  state("namespace", open_user_namespace() >= 0, "open_user_namespace");
  state("tcp socket", reserve_ports(), "reserve_ports");
  truth_print(3, 0, 0);
  return 0;
}
