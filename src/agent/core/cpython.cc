#include "agent/core/cpython.h"

#include "agent/core/os.h"
#include "agent/core/places.h"
#include "agent/core/python_lines.h"
#include "agent/core/state.h"

namespace ajar::agent::cpython {
namespace {

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
constexpr Layout kLayouts[] = {
    {0x0308, 24, -1, 32, 104, 24, 0, Entry::always, increments, 40, 104, 112, 120, 0, 48, 72},
    {0x0309, 24, -1, 32, 104, 24, 0, Entry::always, increments, 40, 104, 112, 120, 0, 48, 72},
    {0x030a, 24, -1, 32, 96, 24, 0, Entry::always, ranges, 40, 104, 112, 120, 0, 48, 72},
    {0x030b, 56, 8, 32, 56, 48, 68, Entry::flag, locations, 72, 112, 128, 136, 184, 48, 72},
    {0x030c, 56, 0, 0, 56, 8, 70, Entry::c_stack_next, locations, 68, 112, 128, 136, 192, 40, 56},
    {0x030d, 72, -1, 0, 56, 8, 70, Entry::c_stack_next, locations, 68, 112, 128, 136, 200, 40, 56},
};
// The same in all of them.
constexpr uint64_t kType = 8;          // PyObject: ob_type
constexpr uint64_t kSize = 16;         // PyVarObject: ob_size; PyASCIIObject: length
constexpr uint64_t kBytes = 32;        // PyBytesObject: ob_sval
constexpr uint64_t kTextState = 32;    // PyASCIIObject: state
constexpr uint8_t kOwnedByCStack = 3;  // FRAME_OWNED_BY_CSTACK

constexpr unsigned kMaxFrames = 256;
constexpr int64_t kMaxText = int64_t{1} << 20U;

constexpr uint32_t kNone = 0, kUnproven = 1, kProven = 2;
constinit Interpreter interpreter{};
constinit const Layout* layout = nullptr;
constinit uint32_t status = kNone;
constinit uint32_t attempts = 0;  // to prove it
constinit uint32_t pauses = 0;    // that have not ended

uint64_t word(uint64_t at) {
  return unwind::load(at);
}
uint8_t byte(uint64_t at) {
  return *reinterpret_cast<const uint8_t*>(at);
}

// The first two numbers, as PY_VERSION_HEX has them.
uint64_t version_in(const char* text) {
  uint64_t numbers[2] = {};
  for (uint64_t& number : numbers) {
    for (; *text >= '0' && *text <= '9'; ++text) number = number * 10 + static_cast<uint64_t>(*text - '0');
    if (*text == '.') ++text;
  }
  return numbers[0] << 24U | numbers[1] << 16U;
}

const Layout* find_layout() {
  const uint64_t version =
      interpreter.version != nullptr ? *interpreter.version : version_in(interpreter.version_text());
  for (const Layout& known : kLayouts) {
    if (known.version == version >> 16U) return &known;
  }
  return nullptr;
}

uint64_t innermost_frame(uint64_t thread) {
  const uint64_t at = word(thread + layout->in_thread);
  if (layout->in_c_frame < 0 || at == 0) return at;
  return word(at + static_cast<uint64_t>(layout->in_c_frame));
}

// A frame, as far as it is needed here.
struct Frame {
  places::Place place;
  uint64_t previous = 0;
  bool enters = false;
};

bool is_of_c_stack(uint64_t frame) {
  return layout->entry == Entry::c_stack_next && byte(frame + layout->owner) == kOwnedByCStack;
}

bool enters(uint64_t frame, uint64_t previous) {
  if (layout->entry == Entry::always) return true;
  if (layout->entry == Entry::flag) return byte(frame + layout->owner) != 0;
  return previous == 0 || is_of_c_stack(previous);
}

// An address, or a number.
uint64_t instruction_of(uint64_t frame) {
  if (layout->code_units != 0) return word(frame + layout->instruction);
  int32_t number;
  __builtin_memcpy(&number, reinterpret_cast<const void*>(frame + layout->instruction), sizeof(number));
  return number < 0 ? 0 : static_cast<uint64_t>(number);
}

// False where it is none that runs code.
bool read(uint64_t at, Frame& frame) {
  frame.previous = word(at + layout->previous);
  const uint64_t code = word(at + layout->code);
  if (is_of_c_stack(at) || code == 0 || word(code + kType) != interpreter.code_type) return false;
  frame.place = {.code = code,
                 .at = instruction_of(at),
                 .file = word(code + layout->file),
                 .lines = word(code + layout->lines)};
  frame.enters = enters(at, frame.previous);
  return true;
}

// Writes a character's UTF-8 bytes; returns how many, 0 where they don't fit. Halves of pairs, in which
// Python keeps bytes of file names that are no text, become U+FFFD.
uint32_t write_character(uint32_t c, char* to, uint32_t room) {
  if (c >= 0xd800U && c < 0xe000U) c = 0xfffdU;
  const uint32_t size = c < 0x80U ? 1 : c < 0x800U ? 2 : c < 0x10000U ? 3 : 4;
  if (size > room || c > 0x10ffffU) return 0;
  if (size == 1) {
    to[0] = static_cast<char>(c);
    return 1;
  }
  for (uint32_t i = size - 1; i > 0; --i, c >>= 6U) to[i] = static_cast<char>(0x80U | (c & 0x3fU));
  to[0] = static_cast<char>((0xf00U >> size & 0xf0U) | c);
  return size;
}

struct Text {
  uint64_t data = 0, length = 0;
  uint32_t width = 0;      // bytes a character has there
  uint32_t most_utf8 = 1;  // bytes it may need as UTF-8
};

// A str. (The bits of `state`: interned 2, kind 3, compact 1, ascii 1.)
Text text_at(uint64_t object) {
  Text text;
  uint32_t bits;
  __builtin_memcpy(&bits, reinterpret_cast<const void*>(object + kTextState), sizeof(bits));
  const auto length = static_cast<int64_t>(word(object + kSize));
  const uint32_t width = (bits >> 2U) & 7U;
  const bool compact = (bits & 0x20U) != 0;
  const bool ascii = (bits & 0x40U) != 0;
  if (!compact || length < 0 || length > kMaxText || (width != 1 && width != 2 && width != 4)) return text;
  text.data = object + (ascii ? layout->ascii_text : layout->other_text);
  text.length = static_cast<uint64_t>(length);
  text.width = width;
  text.most_utf8 = ascii ? 1 : width == 4 ? 4 : width + 1;
  return text;
}

// As much of it as there is room for: the beginning, or the end.
uint32_t copy_text(uint64_t object, char* to, uint32_t room, bool the_end) {
  const Text text = text_at(object);
  const uint64_t most = room / text.most_utf8;
  uint64_t i = the_end && text.length > most ? text.length - most : 0;
  uint32_t length = 0;
  for (; i < text.length; ++i) {
    uint32_t c = 0;
    __builtin_memcpy(&c, reinterpret_cast<const void*>(text.data + i * text.width), text.width);
    const uint32_t size = c == 0 ? 0 : write_character(c, to + length, room - length);
    if (size == 0) break;
    length += size;
  }
  return length;
}

// An instruction's number; that of the first in a frame that has not begun.
uint64_t number_of_instruction(const places::Place& place) {
  if (layout->code_units == 0) return place.at;
  const uint64_t begin = place.code + layout->code_units;
  return place.at < begin ? 0 : (place.at - begin) / 2;
}

void describe(const places::Place& place, places::Name& name) {
  name.function_length =
      copy_text(word(place.code + layout->name), name.function, sizeof(name.function), false);
  name.file_length = copy_text(place.file, name.file, sizeof(name.file), true);
  int32_t first_line;
  __builtin_memcpy(&first_line, reinterpret_cast<const void*>(place.code + layout->first_line),
                   sizeof(first_line));
  const auto size = static_cast<int64_t>(word(place.lines + kSize));
  const auto* table = reinterpret_cast<const uint8_t*>(place.lines + kBytes);
  const int64_t line = python_line(layout->line_table, {table, size < 0 ? 0 : static_cast<uint64_t>(size)},
                                   first_line, number_of_instruction(place));
  name.line = line > 0 && line <= INT32_MAX ? static_cast<uint32_t>(line) : 0;
}

bool can_read(uint64_t at, uint64_t size) {
  for (uint64_t i = at & ~uint64_t{7}; i < at + size; i += 8) {
    if (!os::readable(i)) return false;
  }
  return at != 0;
}

bool proves_text(uint64_t object) {
  if (!can_read(object, kTextState + 8)) return false;
  const Text text = text_at(object);
  return text.width != 0 && text.length != 0 && can_read(text.data, 1);
}

// Whether what would be read of a frame is there, and is what it should be.
bool proves_frame(uint64_t frame) {
  const uint64_t instruction_end = layout->instruction + uint64_t{8};
  if (!can_read(frame, layout->owner < instruction_end ? instruction_end : layout->owner + uint64_t{1}))
    return false;
  const uint64_t code = word(frame + layout->code);
  if (!can_read(code, layout->lines + uint64_t{8}) || word(code + kType) != interpreter.code_type)
    return false;
  const uint64_t lines = word(code + layout->lines);
  return proves_text(word(code + layout->file)) && proves_text(word(code + layout->name)) &&
         can_read(lines, kBytes + 1);
}

// Nothing is done with a version whose layout is not known here.
bool prove(uint64_t thread) {
  layout = find_layout();
  if (layout == nullptr || !can_read(thread + layout->in_thread, 8)) return false;
  if (layout->in_c_frame >= 0 && !can_read(word(thread + layout->in_thread), 16)) return false;
  return proves_frame(innermost_frame(thread));
}

// A thread that the interpreter runs code in may be between two frames: who comes next may prove it.
bool is_proven(uint64_t thread) {
  const uint32_t now = __atomic_load_n(&status, __ATOMIC_ACQUIRE);
  if (__builtin_expect(now == kProven, 1)) return true;
  if (now == kNone || state.sandboxed) return false;
  constexpr uint32_t kMostAttempts = 8;
  if (prove(thread)) {
    __atomic_store_n(&status, kProven, __ATOMIC_RELEASE);
    return true;
  }
  if (__atomic_add_fetch(&attempts, 1U, __ATOMIC_RELAXED) == kMostAttempts) {
    __atomic_store_n(&status, kNone, __ATOMIC_RELEASE);
  }
  return false;
}

uint32_t node_of(uint32_t callee, const Frame& frame) {
  const uint64_t guess = AJAR_MANAGED_PLACE(state.trie.last_managed_pc(callee));
  auto number = static_cast<uint32_t>(guess);
  if (number == 0 || !places::is(number, frame.place)) number = places::number_of(frame.place, describe);
  return number == 0 ? 0 : state.trie.managed_caller(callee, AJAR_MANAGED_PC(number, frame.enters));
}

// The outermost frames of a deep recursion, below a marker.
uint32_t outermost(uint32_t innermost, uint64_t at) {
  constexpr unsigned kKept = 32;
  constexpr unsigned kMost = 1U << 16U;
  uint64_t frames[kKept];
  unsigned met = 0;
  for (; at != 0 && met < kMost; at = word(at + layout->previous)) frames[met++ % kKept] = at;
  uint32_t node = met > kKept ? state.trie.managed_cut(innermost) : innermost;
  for (unsigned i = met > kKept ? met - kKept : 0; at == 0 && i < met && node != 0; ++i) {
    Frame frame;
    if (read(frames[i % kKept], frame)) node = node_of(node, frame);
  }
  return node;
}

}  // namespace

void found(const Interpreter& news) {
  if (interpreter.generation != 0) return;
  interpreter = news;
  attempts = 0;
  __atomic_store_n(&status, kUnproven, __ATOMIC_RELEASE);
}

void pause() {
  __atomic_add_fetch(&pauses, 1U, __ATOMIC_ACQ_REL);
}

void resume() {
  __atomic_sub_fetch(&pauses, 1U, __ATOMIC_ACQ_REL);
}

void begin_after_fork() {
  __atomic_store_n(&pauses, 0U, __ATOMIC_RELEASE);
}

void gone(uint32_t generation) {
  if (interpreter.generation != generation) return;
  __atomic_store_n(&status, kNone, __ATOMIC_RELEASE);
  interpreter = {};
}

bool is_in_loop(uint64_t pc) {
  return pc - interpreter.loop_begin < interpreter.loop_size;
}

uint32_t capture(uint32_t stack) {
  if (__builtin_expect(__atomic_load_n(&status, __ATOMIC_ACQUIRE) == kNone, 1)) return 0;
  if (!state.trie.runs_managed(stack) || __atomic_load_n(&pauses, __ATOMIC_ACQUIRE) != 0) return 0;
  const auto thread = reinterpret_cast<uint64_t>(interpreter.thread_state_of_this());
  if (thread == 0 || !is_proven(thread)) return 0;
  const uint32_t root = state.trie.managed_root();
  uint32_t node = root;
  uint64_t at = innermost_frame(thread);
  for (unsigned left = kMaxFrames; at != 0 && node != 0; --left) {
    if (left == 0) return outermost(node, at);
    Frame frame;
    if (read(at, frame)) node = node_of(node, frame);
    at = frame.previous;
  }
  return node == root ? 0 : node;
}

}  // namespace ajar::agent::cpython
