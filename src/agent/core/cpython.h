#pragma once

#include <stdint.h>

// CPython's own frames. The processor's stack of a Python program shows the interpreter and nothing of the
// program; the interpreter keeps the program's frames in a list of its own, which is read here.
namespace ajar::agent::cpython {

// Where the interpreter of this process is, as its module's symbols say.
struct Interpreter {
  const uint64_t* version = nullptr;          // Py_Version, from 3.11 on: 0x030b07f0 is 3.11.7
  const char* (*version_text)() = nullptr;    // Py_GetVersion: "3.9.18 (main, …"
  void* (*thread_state_of_this)() = nullptr;  // PyGILState_GetThisThreadState
  int (*is_ending)() = nullptr;               // Py_IsFinalizing; nullptr: it can't be asked
  uint64_t code_type = 0;                     // PyCode_Type
  uint64_t loop_begin = 0, loop_size = 0;     // _PyEval_EvalFrameDefault
  uint32_t generation = 0;                    // of the module that it is in
};

// An interpreter was found. Where a process has several, only the first is read. It may not be ready to be
// called: nothing of it is touched but by a thread that it runs code in.
void found(const Interpreter& interpreter);
// Between the two, its module may be about to be unmapped: nothing of it is touched.
void pause();
void resume();
// After fork, in the child: what other threads were at has come to nothing.
void begin_after_fork();
// Its module is gone.
void gone(uint32_t generation);

// Whether the address lies in the interpreter's loop.
bool is_in_loop(uint64_t pc);

// A thread's Python frames: the node of the outermost, or 0 where there are none. `cut`: there are more, for
// which there was no room.
struct Frames {
  uint32_t outermost = 0;
  bool cut = false;
};

// Those of the calling thread. `stack` is its own, as the trie has it. May be called by any thread; makes
// system calls only until the interpreter's data have proved to be laid out as they should be, for some calls
// at the most.
Frames capture(uint32_t stack);

}  // namespace ajar::agent::cpython
