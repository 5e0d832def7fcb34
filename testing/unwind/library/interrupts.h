#pragma once

#include <signal.h>

// Looks at moments that the program did not choose: when a timer of its processor time runs out, behind some
// of the calls, and at every one of the instructions after that.
namespace ajar::unwinding::interrupts {

// Once a process; a child of fork has no timer from its parent.
void begin();

// After a look at a call: sometimes the instructions behind it are looked at, too.
void after_call();

// Whether a signal is used here: the program can't have it.
inline bool uses(int signal) {
  return signal == SIGPROF || signal == SIGTRAP;
}

}  // namespace ajar::unwinding::interrupts
