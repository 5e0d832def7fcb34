// Opens from below frames of hand-written assembly, each of which needs other registers to be walked through,
// and once in a signal handler that interrupts such a one. Of each kind another function opens.
#include "exotic_frames.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>

#include "truth.h"

#define KINDS(row)                                                                                           \
  row(exotic_cfa_in_rbx) row(exotic_cfa_by_expression) row(exotic_bp_is_offset) row(exotic_bp_by_expression) \
      row(exotic_bp_is_expression) row(exotic_bp_in_register) row(exotic_return_in_register)                 \
          row(exotic_realigns) row(exotic_debug_frame_only)

static const char path[] = "/etc/passwd";

#define OPENS(frame)                                   \
  KEPT_WHOLE static int open_below_##frame(void* at) { \
    const int fd = open(at, O_RDONLY);                 \
    return fd < 0 ? -1 : fd;                           \
  }
KINDS(OPENS)

KEPT_WHOLE static int open_in_handler(void) {
  const int fd = open(path, O_RDONLY);
  return fd < 0 ? -1 : fd;
}

static void handler(int signal) {
  (void)signal;
  if (open_in_handler() < 0) abort();
}

KEPT_WHOLE static int call_through(int (*frame)(exotic_inner, void*), exotic_inner opens) {
  return frame(opens, (void*)path) < 0;
}

int main(void) {
  signal(SIGTRAP, handler);
  for (int i = 0; i < 2; ++i) {
#define CALL(frame) \
  if (call_through(frame, open_below_##frame)) return 1;
    KINDS(CALL)
  }
#define STATE(frame) truth_group("file", 2, "open_below_" #frame, "exotic_frames", "");
  KINDS(STATE)
  truth_group("file", 2, "open_in_handler", "exotic_frames", "");
  truth_print(3, 0, 0);
  return 0;
}
