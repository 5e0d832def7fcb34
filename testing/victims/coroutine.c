// Coroutines on small stacks of their own: each opens a file, yields, and every second one closes it.
#include <fcntl.h>
#include <stdlib.h>
#include <ucontext.h>

#include "truth.h"

enum { coroutines = 20, stack_size = 64 * 1024 };

static ucontext_t scheduler;
static ucontext_t contexts[coroutines];

KEPT_WHOLE static int open_in_coroutine(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static void coroutine(int self) {
  const int fd = open_in_coroutine();
  swapcontext(&contexts[self], &scheduler);
  if (self % 2 == 0) close(fd);
}

int main(void) {
  for (int i = 0; i < coroutines; ++i) {
    getcontext(&contexts[i]);
    contexts[i].uc_stack.ss_sp = malloc(stack_size);
    contexts[i].uc_stack.ss_size = stack_size;
    contexts[i].uc_link = &scheduler;
    makecontext(&contexts[i], (void (*)(void))coroutine, 1, i);
  }
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < coroutines; ++i) swapcontext(&scheduler, &contexts[i]);
  }
  truth_group("file", coroutines / 2, "open_in_coroutine", "coroutine", "");
  truth_print(3, 0, 0);
  return 0;
}
