// Descriptors that come out of calls which usually make none.
#include <linux/filter.h>
#include <linux/kvm.h>
#include <linux/nsfs.h>
#include <linux/seccomp.h>
#include <linux/udmabuf.h>
#include <sys/fanotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "situation.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif
enum { peer_pidfd = 77 };  // SO_PEERPIDFD of <asm-generic/socket.h>

KEPT_WHOLE static int new_terminal(void) {
  const int fd = posix_openpt(O_RDWR | O_NOCTTY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static void ioctl_ptpeer(void) {
  const int terminal = new_terminal();
  MUST(unlockpt(terminal) == 0);
  MUST(ioctl(terminal, TIOCGPTPEER, O_RDWR | O_NOCTTY) >= 0);
  truth_group("pty", 1, "new_terminal", program_invocation_short_name, "");
  OPENED_HERE("tty", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void ioctl_nsget(void) {
  const int space = open("/proc/self/ns/uts", O_RDONLY);
  if (ioctl(space, NS_GET_USERNS) < 0) unavailable("asking for the owner of a namespace is not allowed");
  close(space);
  OPENED_HERE("namespace", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void ioctl_kvm(void) {
  const int machines = open("/dev/kvm", O_RDWR);
  if (machines < 0 || ioctl(machines, KVM_CREATE_VM, 0) < 0) unavailable("no virtual machines (/dev/kvm)");
  close(machines);
  OPENED_HERE("kvm-vm", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void ioctl_udmabuf(void) {
  const int maker = open("/dev/udmabuf", O_RDWR);
  const int memory = memfd_create("udmabuf", MFD_ALLOW_SEALING);
  if (maker < 0) unavailable("no /dev/udmabuf");
  MUST(ftruncate(memory, 4096) == 0 && fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK) == 0);
  struct udmabuf_create create = {.memfd = (unsigned)memory, .size = 4096};
  if (ioctl(maker, UDMABUF_CREATE, &create) < 0) unavailable("udmabuf makes no buffers here");
  close(memory);
  close(maker);
  OPENED_HERE("dmabuf", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void peerpidfd(void) {
  int ends[2];
  int pidfd = -1;
  socklen_t length = sizeof(pidfd);
  MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  if (getsockopt(ends[0], SOL_SOCKET, peer_pidfd, &pidfd, &length) != 0)
    unavailable("the kernel has no SO_PEERPIDFD");
  close(ends[0]);
  close(ends[1]);
  OPENED_HERE("pidfd", 1);
  truth_print(3, 0, 0);
}

// Each event that read() brings has a descriptor in it.
KEPT_WHOLE static void fanotify_event(void) {
  struct fanotify_event_metadata events[4];
  const int watch = fanotify_init(FAN_CLASS_NOTIF, O_RDONLY);
  if (watch < 0) unavailable("fanotify_init is not allowed");
  close(creat("watched", 0600));
  if (fanotify_mark(watch, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "watched") != 0)
    unavailable("fanotify can't watch here");
  close(open("watched", O_RDONLY));
  MUST(read(watch, events, sizeof(events)) > 0 && events[0].fd >= 0);
  close(watch);
  OPENED_HERE_OUT_OF_SIGHT("file", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void seccomp_notif(void) {
  struct sock_filter allow_all[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const struct sock_fprog program = {.len = 1, .filter = allow_all};
  MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program) < 0)
    unavailable("the kernel has no seccomp listeners");
  OPENED_HERE("seccomp listener", 1);
  truth_print(3, 0, 0);
}

static const struct situation situations[] = {
    SITUATION(ioctl_ptpeer), SITUATION(ioctl_nsget),    SITUATION(ioctl_kvm),     SITUATION(ioctl_udmabuf),
    SITUATION(peerpidfd),    SITUATION(fanotify_event), SITUATION(seccomp_notif),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
