#pragma once

#include <stdint.h>

#include "python/lines.h"
#include "unwind/walk.h"

// How CPython's data lie in memory, by release.
namespace ajar::python {

// What tells an activation's outermost frame.
enum class Entry : uint8_t {
  always,       // each frame has an activation of its own
  flag,         // _PyInterpreterFrame: is_entry
  c_stack_next  // its previous is a frame that belongs to the C stack
};

// Offsets in CPython's structures, for builds without Py_DEBUG and with the global lock; by the headers of
// 3.8.18, 3.9.18, 3.10.13, 3.11.2, 3.11.7, 3.12.1 and 3.13.0 (Include/cpython/pystate.h, code.h,
// frameobject.h, unicodeobject.h; Include/internal/pycore_frame.h). Within a release line they stay.
struct Layout {
  uint32_t version;      // PY_VERSION_HEX >> 16
  uint16_t in_thread;    // PyThreadState: frame; cframe; current_frame
  int16_t in_c_frame;    // _PyCFrame: current_frame; -1: there is no cframe
  uint16_t code;         // PyFrameObject: f_code; _PyInterpreterFrame: f_code, f_executable
  uint16_t instruction;  // f_lasti (a number); prev_instr, instr_ptr (addresses)
  uint16_t previous;     // f_back; previous
  uint16_t owner;        // is_entry or owner, as `entry` needs it
  Entry entry;
  LineTable line_table;
  uint16_t first_line;  // PyCodeObject: co_firstlineno
  uint16_t file;        // co_filename
  uint16_t name;        // co_name; co_qualname
  uint16_t lines;       // co_lnotab; co_linetable
  uint16_t code_units;  // co_code_adaptive; 0: instructions are told by their numbers
  uint16_t ascii_text;  // sizeof(PyASCIIObject)
  uint16_t other_text;  // sizeof(PyCompactUnicodeObject)
};
using enum LineTable;
inline constexpr Layout kLayouts[] = {
    {0x0308, 24, -1, 32, 104, 24, 0, Entry::always, increments, 40, 104, 112, 120, 0, 48, 72},
    {0x0309, 24, -1, 32, 104, 24, 0, Entry::always, increments, 40, 104, 112, 120, 0, 48, 72},
    {0x030a, 24, -1, 32, 96, 24, 0, Entry::always, ranges, 40, 104, 112, 120, 0, 48, 72},
    {0x030b, 56, 8, 32, 56, 48, 68, Entry::flag, locations, 72, 112, 128, 136, 184, 48, 72},
    {0x030c, 56, 0, 0, 56, 8, 70, Entry::c_stack_next, locations, 68, 112, 128, 136, 192, 40, 56},
    {0x030d, 72, -1, 0, 56, 8, 70, Entry::c_stack_next, locations, 68, 112, 128, 136, 200, 40, 56},
};

// Where the interpreter lists its threads, for who looks from outside (Include/internal/pycore_runtime.h,
// pycore_interp.h; Include/cpython/pystate.h).
struct Threads {
  uint32_t version;
  uint16_t interpreters;      // _PyRuntimeState: interpreters.head
  uint16_t next_interpreter;  // PyInterpreterState: next
  uint16_t threads;           // tstate_head; threads.head
  uint16_t next_thread;       // PyThreadState: next
  uint16_t thread_id;         // thread_id: pthread_self(), which is where its thread-local memory begins
};
inline constexpr Threads kThreads[] = {
    {0x0308, 32, 0, 8, 8, 176},  {0x0309, 32, 0, 8, 8, 176},  {0x030a, 32, 0, 8, 8, 176},
    {0x030b, 40, 0, 16, 8, 152}, {0x030c, 40, 0, 72, 8, 136}, {0x030d, 632, 7264, 7344, 8, 152},
};

// The same in all of them.
inline constexpr uint64_t kType = 8;          // PyObject: ob_type
inline constexpr uint64_t kSize = 16;         // PyVarObject: ob_size; PyASCIIObject: length
inline constexpr uint64_t kBytes = 32;        // PyBytesObject: ob_sval
inline constexpr uint64_t kTextState = 32;    // PyASCIIObject: state
inline constexpr uint8_t kOwnedByCStack = 3;  // FRAME_OWNED_BY_CSTACK

// The first two numbers, as PY_VERSION_HEX has them.
inline uint64_t version_in(const char* text) {
  uint64_t numbers[2] = {};
  for (uint64_t& number : numbers) {
    for (; *text >= '0' && *text <= '9'; ++text) number = number * 10 + static_cast<uint64_t>(*text - '0');
    if (*text == '.') ++text;
  }
  return numbers[0] << 24U | numbers[1] << 16U;
}

// nullptr for a release that is not known here. `version` is PY_VERSION_HEX, its first two numbers at least.
inline const Layout* layout_of(uint64_t version) {
  for (const Layout& known : kLayouts) {
    if (known.version == version >> 16U) return &known;
  }
  return nullptr;
}

inline const Threads* threads_of(uint64_t version) {
  for (const Threads& known : kThreads) {
    if (known.version == version >> 16U) return &known;
  }
  return nullptr;
}

inline uint64_t word(uint64_t at) {
  return unwind::load(at);
}
inline uint8_t byte(uint64_t at) {
  return *reinterpret_cast<const uint8_t*>(at);
}

}  // namespace ajar::python
