#include "unwind/library/look.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/core/os.h"
#include "agent/core/stack_memory.h"
#include "agent/core/state.h"
#include "agent/linux/raw.h"
#include "unwind/cfi.h"
#include "unwind/library/broken.h"
#include "unwind/library/interrupts.h"
#include "unwind/library/libunwind.h"
#include "unwind/library/modules.h"
#include "unwind/library/pace.h"
#include "unwind/library/process.h"

namespace ajar::agent {

// The agent's own: what its core asks of it is the trie, and whether system calls are filtered.
constinit State state = {};
__thread ThreadState thread_state __attribute__((tls_model("initial-exec"))) = {};

}  // namespace ajar::agent

namespace ajar::unwinding {
namespace {

namespace raw = agent::raw;

constexpr uint32_t kMostFrames = 8192;
constexpr uint32_t kTrieRoom = 1U << 22U;
constexpr uint32_t kBuffers = 16;
constexpr uint32_t kStarts = 4096;

// What a look needs, so that it takes little of the program's stack.
struct Buffers {
  uint32_t taken;
  unw_context_t context;
  unw_cursor_t cursor;
  Frame ours[kMostFrames];
  Frame theirs[kMostFrames];
};

struct Start {
  uint64_t pc, sp;
  uint32_t stack;
};

struct Looking {
  Buffers buffers[kBuffers];
  Start starts[kStarts];  // and what the last walk from there came to
  uint64_t seen[kTrieRoom / 64];
  uint32_t nodes_used;
  ajar_node nodes[kTrieRoom];
};

constinit Looking* looking = nullptr;
constinit Pace calls = {};
constinit uint32_t inside_count = 0;
constinit bool forking = false;
constinit broken::Part part = broken::Part::none;

__thread bool inside __attribute__((tls_model("initial-exec"))) = false;
__thread bool in_interrupt __attribute__((tls_model("initial-exec"))) = false;

void count(uint64_t& what, uint64_t by = 1) {
  __atomic_fetch_add(&what, by, __ATOMIC_RELAXED);
}

agent::CodeRule rule_at(uint64_t pc) {
  const modules::Module* module = modules::at(pc);
  // The list is as it was at the last call: what is in no module of it may be in one that came since.
  if (module == nullptr) return {.busy = in_interrupt};
  return {.rule = broken::rule(part, pc, unwind::find_rule(module->frames, pc)), .generation = 1};
}

bool frames_at(uint64_t pc, unwind::CallFrameInfo& info) {
  const modules::Module* module = modules::at(pc);
  if (module != nullptr) info = module->frames;
  return module != nullptr;
}

bool set_up_trie() {
  looking = static_cast<Looking*>(raw::map(sizeof(Looking), -1));
  using agent::Trie;
  agent::Trie::Memory memory;
  memory.capacity = kTrieRoom;
  memory.entries = static_cast<Trie::Entry*>(raw::map(uint64_t{kTrieRoom} * sizeof(Trie::Entry), -1));
  memory.index = static_cast<uint32_t*>(raw::map(Trie::index_words(kTrieRoom) * sizeof(uint32_t), -1));
  memory.memos = static_cast<agent::Memos*>(raw::map(sizeof(agent::Memos), -1));
  if (looking == nullptr || memory.entries == nullptr || memory.index == nullptr || memory.memos == nullptr)
    return false;
  agent::state.trie.init(memory, rule_at, frames_at);
  agent::state.trie.publish_to(looking->nodes, &looking->nodes_used, 0, kTrieRoom);
  return true;
}

Buffers* take_buffers() {
  for (Buffers& buffers : looking->buffers) {
    if (__atomic_exchange_n(&buffers.taken, 1U, __ATOMIC_ACQUIRE) == 0) return &buffers;
  }
  return nullptr;
}

void give_back(Buffers& buffers) {
  __atomic_store_n(&buffers.taken, 0U, __ATOMIC_RELEASE);
}

// The frames of a stack of the trie.
Walk frames_of(uint32_t stack, Frame* frames) {
  Walk walk{frames, 0, End::outermost};
  for (uint32_t at = stack; at != 0; at = looking->nodes[at - 1].callee) {
    const ajar_node& node = looking->nodes[at - 1];
    const uint32_t kind = node.generation_kind & 0xffU;
    if (kind == AJAR_NODE_ROOT) break;
    if (kind == AJAR_NODE_NO_UNWIND) walk.end = End::no_unwind;
    if (kind == AJAR_NODE_CUT) walk.end = End::too_deep;
    if (kind == AJAR_NODE_CALL || kind == AJAR_NODE_INTERRUPTED) {
      frames[walk.count++] = {node.pc, kind == AJAR_NODE_INTERRUPTED, true};
    }
  }
  for (uint32_t low = 0, high = walk.count; low + 1 < high; ++low) {
    --high;
    const Frame frame = frames[low];
    frames[low] = frames[high];
    frames[high] = frame;
  }
  return walk;
}

uint32_t capture(const unwind::Registers& from, Result& result) {
  const uint64_t high = agent::os::stack_high(reinterpret_cast<uint64_t>(__builtin_frame_address(0)));
  uint32_t stack = agent::state.trie.capture(from, agent::stack_of(from, high), kMostFrames);
  Start& start = looking->starts[((from.pc ^ (from.sp >> 3U)) * 0x9e3779b97f4a7c15ULL >> 32U) % kStarts];
  // No memo is kept of a walk through a signal's frame.
  if (!in_interrupt && start.pc == from.pc && start.sp == from.sp && stack != 0) {
    count(start.stack == stack ? result.again : result.elsewhere);
    if (part == broken::Part::memo) stack = start.stack;
  }
  start = {from.pc, from.sp, stack};
  return stack;
}

// The same for the same code in any process.
uint64_t hash_of(const Walk& walk) {
  uint64_t hash = walk.count;
  for (uint32_t i = 0; i < walk.count; ++i) {
    const modules::Module* module = modules::at(walk.frames[i].pc);
    const uint64_t frame =
        module == nullptr ? 0 : module->name_hash ^ (walk.frames[i].pc - module->info.dlpi_addr);
    hash = (hash ^ frame) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 29U;
  }
  return hash;
}

void note_distinct(uint32_t stack, const Walk& walk, Result& result) {
  const uint64_t bit = uint64_t{1} << (stack % 64);
  if ((__atomic_fetch_or(&looking->seen[stack / 64], bit, __ATOMIC_RELAXED) & bit) != 0) return;
  const uint32_t at = __atomic_fetch_add(&result.distinct_used, 1U, __ATOMIC_RELAXED);
  if (at < kDistinctRoom) result.distinct[at] = hash_of(walk);
}

struct Text {
  char* at;
  size_t left;

  void frame(const Walk& walk, uint32_t i) {
    if (i >= walk.count) {
      const char* end = walk.end == End::outermost   ? "(outermost)"
                        : walk.end == End::no_unwind ? "(no way on)"
                                                     : "(cut)";
      return add("%s", i == walk.count ? end : "");
    }
    const Frame& frame = walk.frames[i];
    const modules::Module* module = modules::at(frame.pc);
    if (module == nullptr) {
      add("%#llx", static_cast<unsigned long long>(frame.pc));
    } else {
      const char* name = strrchr(module->info.dlpi_name, '/');
      add("%s+%#llx", name == nullptr ? module->info.dlpi_name : name + 1,
          static_cast<unsigned long long>(frame.pc - module->info.dlpi_addr));
    }
    add("%s%s", frame.interrupted ? " interrupted" : "", frame.has_info ? "" : " without information");
  }

  [[gnu::format(printf, 2, 3)]] void add(const char* format, ...) {
    va_list values;
    va_start(values, format);
    const int n = vsnprintf(at, left, format, values);
    va_end(values);
    const size_t added = n < 0 ? 0 : static_cast<size_t>(n) < left ? static_cast<size_t>(n) : left - 1;
    at += added;
    left -= added;
  }
};

void tell(const char* what, const Walk& ours, const Walk& theirs, const Verdict& verdict, Moment moment,
          Differences& differences) {
  const uint32_t number = __atomic_fetch_add(&differences.used, 1U, __ATOMIC_RELAXED);
  if (number >= kDifferences) return;
  Difference& difference = differences.at[number];
  Text text{difference.text, sizeof(difference.text)};
  text.add("%s at frame %u of %u, libunwind's %u; %s\n", what, verdict.at, ours.count, theirs.count,
           moment == Moment::call ? "in a call" : "in a signal handler");
  const uint32_t first = verdict.at < 4 ? 0 : verdict.at - 4;
  for (uint32_t i = first; i < verdict.at + 6 && (i <= ours.count || i <= theirs.count); ++i) {
    text.add("      %c%-3u ", i == verdict.at ? '>' : ' ', i);
    text.frame(ours, i);
    text.add("  |  ");
    text.frame(theirs, i);
    text.add("\n");
  }
  __atomic_store_n(&difference.told, 1U, __ATOMIC_RELEASE);
}

// True when it is met for the first time.
bool note_place(const Frame& frame, Result& result) {
  const uint64_t pc = frame.pc - (frame.interrupted ? 0 : 1);
  const modules::Module* module = modules::at(pc);
  const char* name = module == nullptr ? "" : module->info.dlpi_name;
  const uint64_t offset = module == nullptr ? 0 : pc - module->info.dlpi_addr;
  while (__atomic_exchange_n(&result.places_lock, 1U, __ATOMIC_ACQUIRE) != 0) __builtin_ia32_pause();
  uint32_t i = 0;
  for (; i < result.places_used; ++i) {
    if (result.places[i].offset == offset && strcmp(result.places[i].module, name) == 0) break;
  }
  const bool is_new = i == result.places_used;
  if (i < kPlaces) {
    Place& place = result.places[i];
    if (is_new) {
      place.offset = offset;
      snprintf(place.module, sizeof(place.module), "%s", name);
      ++result.places_used;
    }
    ++place.times;
  } else {
    count(result.wrong[static_cast<size_t>(Wrong::cut_short)]);
  }
  __atomic_store_n(&result.places_lock, 0U, __ATOMIC_RELEASE);
  return is_new && i < kPlaces;
}

void note(uint32_t stack, const Walk& ours, const Walk& theirs, Moment moment, Result& result) {
  const Verdict verdict = judge(ours, theirs);
  count(moment == Moment::call ? result.called : result.interrupted);
  count(result.frames, ours.count);
  if (ours.count > result.deepest) result.deepest = ours.count;
  note_distinct(stack, ours, result);
  switch (verdict.kind) {
    case Verdict::Kind::equal:
      count(result.equal);
      break;
    case Verdict::Kind::guessed:
      if (note_place(ours.frames[verdict.at - 1], result))
        tell("guessed", ours, theirs, verdict, moment, result.guessed_ones);
      break;
    case Verdict::Kind::wrong:
      count(result.wrong[static_cast<size_t>(verdict.wrong)]);
      tell(title(verdict.wrong), ours, theirs, verdict, moment, result.wrong_ones);
      break;
  }
}

// Both walks begin in this very frame's callers, while it stands.
[[gnu::noinline]] void compare(const unwind::Registers& from, Moment moment, Buffers& buffers,
                               Result& result) {
  const uint32_t stack = capture(from, result);
  if (stack == 0) {
    const bool full = agent::state.trie.used() + 1 >= kTrieRoom;
    return count(moment == Moment::interrupt && !full ? result.unknown_code : result.no_room);
  }
  const Walk ours = frames_of(stack, buffers.ours);
  libunwind::functions.getcontext(&buffers.context);
  libunwind::functions.init_local(&buffers.cursor, &buffers.context);
  Walk theirs;
  if (!libunwind::walk(buffers.cursor, from, buffers.theirs, kMostFrames, theirs))
    return count(result.no_leaf);
  note(stack, ours, theirs, moment, result);
}

void compare_in_buffers(const unwind::Registers& from, Moment moment) {
  Result* result = process::result();
  if (result == nullptr) return;
  Buffers* buffers = take_buffers();
  if (buffers == nullptr) return count(result->too_busy);
  in_interrupt = moment == Moment::interrupt;
  if (!in_interrupt && modules::refresh()) agent::state.trie.forget();
  compare(from, moment, *buffers, *result);
  give_back(*buffers);
}

}  // namespace

bool may_look() {
  return looking != nullptr && !inside && !__atomic_load_n(&forking, __ATOMIC_RELAXED);
}

bool is_looking() {
  return inside;
}

bool call_is_due() {
  return looking != nullptr && calls.due();
}

void look(const unwind::Registers& from, Moment moment) {
  if (!may_look()) return;
  const int error = errno;
  inside = true;
  __atomic_fetch_add(&inside_count, 1U, __ATOMIC_SEQ_CST);
  if (!__atomic_load_n(&forking, __ATOMIC_SEQ_CST)) compare_in_buffers(from, moment);
  __atomic_fetch_sub(&inside_count, 1U, __ATOMIC_SEQ_CST);
  inside = false;
  if (moment == Moment::call) interrupts::after_call();
  errno = error;
}

bool begin() {
  inside = true;
  part = broken::part_of(getenv(kBreakVariable));
  const bool ready = process::begin() && libunwind::load();
  calls.begin(process::pace());
  if (ready) modules::refresh();
  const bool begun = ready && set_up_trie();
  inside = false;
  return begun;
}

void before_fork() {
  __atomic_store_n(&forking, true, __ATOMIC_SEQ_CST);
  constexpr int kPatience = 1000;  // a handler that jumped out of a look never comes back
  const uint32_t own = inside ? 1 : 0;
  for (int i = 0; i < kPatience && __atomic_load_n(&inside_count, __ATOMIC_SEQ_CST) > own; ++i)
    raw::sleep_ns(100'000);
}

void after_fork() {
  __atomic_store_n(&forking, false, __ATOMIC_SEQ_CST);
}

}  // namespace ajar::unwinding
