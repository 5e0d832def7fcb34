// Calls that are given nonsense, and fail: pointers to nowhere, numbers that nothing has. Some fail before
// the kernel looks at the pointer, so that it says nothing about it.
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "truth.h"

static void say(const char* call, long result) {
  printf("%s: %s, %s\n", call, result < 0 ? "failed" : "succeeded", result < 0 ? strerrorname_np(errno) : "");
  errno = 0;
}

static void* nowhere(void) {
  static void* volatile pointer = (void*)8;
  return pointer;
}

static void by_library(void) {
  say("open", open(nowhere(), O_RDONLY));
  say("open, refused for its flags", open(nowhere(), O_TMPFILE | O_RDONLY, 0600));
  say("memfd_create, refused for its flags", memfd_create(nowhere(), ~0U));
  say("accept, of no socket", accept(9999, nowhere(), nowhere()));
  say("recvmsg, of no socket", recvmsg(9999, nowhere(), 0));
  say("recvmmsg, of no socket", recvmmsg(9999, nowhere(), 3, 0, NULL));
  say("getsockopt, of no socket", getsockopt(9999, SOL_SOCKET, 77, nowhere(), nowhere()));
  say("ioctl, of no terminal", ioctl(9999, TIOCGPTPEER, nowhere()));
  say("ioctl, of no device", ioctl(9999, 0xc0184800, nowhere()));
  say("dup2, of nothing", dup2(9999, 50));
  say("close_range, backwards", close_range(20, 10, 0));
  say("pipe", pipe(nowhere()));
}

static void by_number(void) {
  say("openat", syscall(SYS_openat, AT_FDCWD, nowhere(), O_TMPFILE, 0600));
  say("openat2", syscall(SYS_openat2, AT_FDCWD, nowhere(), nowhere(), sizeof(struct open_how)));
  say("accept4", syscall(SYS_accept4, 9999, nowhere(), nowhere(), ~0));
  say("clone3", syscall(SYS_clone3, nowhere(), 64));
  say("recvmsg", syscall(SYS_recvmsg, 9999, nowhere(), 0));
  say("fcntl", syscall(SYS_fcntl, 9999, F_DUPFD, 0));
  say("dup3, onto itself", syscall(SYS_dup3, 0, 0, 0));
  say("pipe2", syscall(SYS_pipe2, nowhere(), 0));
  say("bpf", syscall(SYS_bpf, 0, nowhere(), ~0U));
  say("a number that no call has", syscall(100000));
  say("a negative number", syscall(-1));
}

int main(void) {
  by_library();
  by_number();
  truth_print(3, 0, 0);
  return 0;
}
