#include "agent/core/cpython.h"

#include "agent/core/depth.h"
#include "agent/core/os.h"
#include "agent/core/places.h"
#include "agent/core/state.h"
#include "python/lines.h"
#include "python/text.h"

namespace ajar::agent::cpython {
namespace {

using python::byte;
using python::Entry;
using python::Layout;
using python::Text;
using python::text_at;
using python::word;

constexpr uint32_t kNone = 0, kUnproven = 1, kProven = 2;
constinit Interpreter interpreter{};
constinit const Layout* layout = nullptr;
constinit uint32_t status = kNone;
constinit uint32_t attempts = 0;  // to prove it
constinit uint32_t pauses = 0;    // that have not ended

// Of this release; nullptr where it is not known here.
const Layout* find_layout() {
  return python::layout_of(interpreter.version != nullptr ? *interpreter.version
                                                          : python::version_in(interpreter.version_text()));
}

uint64_t innermost_frame(uint64_t thread) {
  const uint64_t at = word(thread + layout->in_thread);
  if (layout->in_c_frame < 0 || at == 0) return at;
  return word(at + static_cast<uint64_t>(layout->in_c_frame));
}

// A frame, as far as it is needed here.
struct Frame {
  places::Place place;
  bool enters = false;
};

bool is_of_c_stack(uint64_t frame) {
  return layout->entry == Entry::c_stack_next && byte(frame + layout->owner) == python::kOwnedByCStack;
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

// Code of the interpreter's own, which calls __init__() for it: name and file are one text.
bool is_shim(uint64_t code, uint64_t file) {
  if (__builtin_expect(file != word(code + layout->name), 1)) return false;
  constexpr char kInit[] = {'_', '_', 'i', 'n', 'i', 't', '_', '_'};
  const Text text = text_at(*layout, file);
  return text.width == 1 && text.length == sizeof(kInit) &&
         __builtin_memcmp(reinterpret_cast<const void*>(text.data), kInit, sizeof(kInit)) == 0;
}

// False where it is none that runs the program's code.
bool read(uint64_t at, Frame& frame) {
  const uint64_t code = word(at + layout->code);
  if (is_of_c_stack(at) || code == 0 || word(code + python::kType) != interpreter.code_type) return false;
  const uint64_t file = word(code + layout->file);
  if (is_shim(code, file)) return false;
  frame.place = {.code = code, .at = instruction_of(at), .file = file, .lines = word(code + layout->lines)};
  frame.enters = enters(at, word(at + layout->previous));
  return true;
}

// An instruction's number; that of the first in a frame that has not begun.
uint64_t number_of_instruction(const places::Place& place) {
  if (layout->code_units == 0) return place.at;
  const uint64_t begin = place.code + layout->code_units;
  return place.at < begin ? 0 : (place.at - begin) / 2;
}

void describe(const places::Place& place, places::Name& name) {
  name.function_length = python::copy_text(*layout, word(place.code + layout->name), name.function,
                                           sizeof(name.function), false);
  name.file_length = python::copy_text(*layout, place.file, name.file, sizeof(name.file), true);
  int32_t first_line;
  __builtin_memcpy(&first_line, reinterpret_cast<const void*>(place.code + layout->first_line),
                   sizeof(first_line));
  const auto size = static_cast<int64_t>(word(place.lines + python::kSize));
  const auto* table = reinterpret_cast<const uint8_t*>(place.lines + python::kBytes);
  const int64_t line =
      python::python_line(layout->line_table, {table, size < 0 ? 0 : static_cast<uint64_t>(size)}, first_line,
                          number_of_instruction(place));
  name.line = line > 0 && line <= INT32_MAX ? static_cast<uint32_t>(line) : 0;
}

bool can_read(uint64_t at, uint64_t size) {
  for (uint64_t i = at & ~uint64_t{7}; i < at + size; i += 8) {
    if (!os::readable(i)) return false;
  }
  return at != 0;
}

bool proves_text(uint64_t object) {
  if (!can_read(object, python::kTextState + 8)) return false;
  const Text text = text_at(*layout, object);
  return text.width != 0 && text.length != 0 && can_read(text.data, 1);
}

// Whether what would be read of a frame is there, and is what it should be.
bool proves_frame(uint64_t frame) {
  const uint64_t instruction_end = layout->instruction + uint64_t{8};
  if (!can_read(frame, layout->owner < instruction_end ? instruction_end : layout->owner + uint64_t{1}))
    return false;
  const uint64_t code = word(frame + layout->code);
  if (!can_read(code, layout->lines + uint64_t{8}) || word(code + python::kType) != interpreter.code_type)
    return false;
  const uint64_t lines = word(code + layout->lines);
  return proves_text(word(code + layout->file)) && proves_text(word(code + layout->name)) &&
         can_read(lines, python::kBytes + 1);
}

bool prove(uint64_t thread) {
  if (!can_read(thread + layout->in_thread, 8)) return false;
  if (layout->in_c_frame >= 0 && !can_read(word(thread + layout->in_thread), 16)) return false;
  return proves_frame(innermost_frame(thread));
}

// A thread that the interpreter runs code in may be between two frames: who comes next may prove it.
bool is_proven(uint64_t thread) {
  const uint32_t now = __atomic_load_n(&status, __ATOMIC_ACQUIRE);
  if (__builtin_expect(now == kProven, 1)) return true;
  if (now == kNone || sandboxed()) return false;
  constexpr uint32_t kMostAttempts = 8;
  const Layout* known = find_layout();
  if (known != nullptr) {
    __atomic_store_n(&layout, known, __ATOMIC_RELEASE);
    if (prove(thread)) {
      __atomic_store_n(&status, kProven, __ATOMIC_RELEASE);
      return true;
    }
  }
  if (known == nullptr || __atomic_add_fetch(&attempts, 1U, __ATOMIC_RELAXED) == kMostAttempts) {
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

// Goes from frame to frame, the innermost first.
class Path {
 public:
  explicit Path(uint32_t root) : root_(root), node_(root) {}

  // False where there is no room for more.
  bool add(uint64_t at) {
    Frame frame;
    return !read(at, frame) || go_to(node_of(node_, frame));
  }
  bool add_cut() { return go_to(state.trie.managed_cut(node_)); }

  [[nodiscard]] Frames frames() const { return {node_ == root_ ? 0 : node_, cut_}; }

 private:
  bool go_to(uint32_t next) {
    if (next == 0) {
      cut_ = true;
      return false;
    }
    node_ = next;
    return true;
  }

  uint32_t root_, node_;
  bool cut_ = false;
};

// The outermost frames of a deep recursion, below a marker.
void add_outermost(Path& path, uint64_t at) {
  uint64_t frames[kOutermostFrames];
  unsigned met = 0;
  for (; at != 0 && met < kMostBetween; at = word(at + layout->previous))
    frames[met++ % kOutermostFrames] = at;
  if (met > kOutermostFrames && (!path.add_cut() || at != 0)) return;
  for (unsigned i = met > kOutermostFrames ? met - kOutermostFrames : 0; i < met; ++i) {
    if (!path.add(frames[i % kOutermostFrames])) return;
  }
}

// As it ends, the interpreter's main thread takes away what the others had, who may not have noticed.
bool may_be_gone() {
  return interpreter.is_ending != nullptr && thread_state.tid != state.pid && interpreter.is_ending() != 0;
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

Frames capture(uint32_t stack) {
  if (__builtin_expect(__atomic_load_n(&status, __ATOMIC_ACQUIRE) == kNone, 1)) return {};
  if (!state.trie.runs_managed(stack) || __atomic_load_n(&pauses, __ATOMIC_ACQUIRE) != 0) return {};
  if (may_be_gone()) return {};
  const auto thread = reinterpret_cast<uint64_t>(interpreter.thread_state_of_this());
  if (thread == 0 || !is_proven(thread)) return {};
  const uint32_t root = state.trie.managed_root();
  if (root == 0) return {};
  Path path(root);
  uint64_t at = innermost_frame(thread);
  unsigned met = 0;
  for (; at != 0 && met < kInnermostFrames && path.add(at); ++met) at = word(at + layout->previous);
  if (met == kInnermostFrames) add_outermost(path, at);
  return path.frames();
}

}  // namespace ajar::agent::cpython
