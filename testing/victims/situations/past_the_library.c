// System calls that the program makes by itself, without the C library.
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "../raw_call.h"
#include "situation.h"

KEPT_WHOLE static void raw_open(void) {
  MUST(raw(SYS_openat, AT_FDCWD, (long)"/etc/passwd", O_RDONLY) >= 0);
  OPENED_HERE_OUT_OF_SIGHT("file", 1);
  truth_print(3, 0, 0);
}

static void raw_close(void) {
  MUST(raw(SYS_close, some_file(), 0, 0) == 0);
  truth_print(3, 0, 0);
}

// The number was used before, and properly closed.
KEPT_WHOLE static void raw_after_close(void) {
  const int fd = some_file();
  close(fd);
  MUST(raw(SYS_openat, AT_FDCWD, (long)"/etc/group", O_RDONLY) == fd);
  OPENED_HERE_OUT_OF_SIGHT("file", 1);
  truth_print(3, 0, 0);
}

// The number goes to something else in between: what is open is not what was last seen to be opened.
KEPT_WHOLE static void raw_reuse(void) {
  const int fd = some_file();
  MUST(raw(SYS_close, fd, 0, 0) == 0);
  MUST(raw(SYS_openat, AT_FDCWD, (long)"/etc/group", O_RDONLY) == fd);
  OPENED_HERE_OUT_OF_SIGHT("file", 1);
  truth_print(3, 0, 0);
}

// As raw_reuse, and what is open now is of another kind.
KEPT_WHOLE static void raw_reuse_by_other_kind(void) {
  const int fd = some_file();
  MUST(raw(SYS_close, fd, 0, 0) == 0);
  MUST(raw(SYS_eventfd2, 0, 0, 0) == fd);
  OPENED_HERE_OUT_OF_SIGHT("eventfd", 1);
  truth_print(3, 0, 0);
}

// A call of the C library's by number: it passes through the library all the same.
KEPT_WHOLE static void library_syscall(void) {
  MUST(syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY) >= 0);
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

#if defined(__x86_64__)
static jmp_buf no_gate;

static void leave(int number) {
  longjmp(no_gate, number);
}

// The calls of 32-bit programs, open to 64-bit ones too: other numbers, addresses below 4 GiB.
KEPT_WHOLE static void int80(void) {
  char* low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  long result = 5;  // open
  MUST(low != MAP_FAILED);
  strcpy(low, "/etc/passwd");
  signal(SIGSEGV, leave);
  if (setjmp(no_gate) != 0) unavailable("the kernel has no 32-bit calls");
  __asm__ volatile("int $0x80"
                   : "+a"(result)
                   : "b"(low), "c"(O_RDONLY), "d"(0)
                   : "r8", "r9", "r10", "r11", "memory");
  if (result < 0) unavailable("the kernel has no 32-bit calls");
  OPENED_HERE_OUT_OF_SIGHT("file", 1);
  truth_print(3, 0, 0);
}
#else
static void int80(void) {
  unavailable("only x86-64 has this gate");
}
#endif

static const struct situation situations[] = {
    SITUATION(raw_open),
    SITUATION(raw_close),
    SITUATION(raw_after_close),
    SITUATION(raw_reuse),
    SITUATION(raw_reuse_by_other_kind),
    SITUATION(library_syscall),
    SITUATION(int80),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
