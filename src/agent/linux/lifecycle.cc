#include "agent/linux/lifecycle.h"

#include "agent/core/clock.h"
#include "agent/core/cpython.h"
#include "agent/core/emit.h"
#include "agent/core/modules.h"
#include "agent/core/places.h"
#include "agent/core/state.h"
#include "agent/linux/announce.h"
#include "agent/linux/error_number.h"
#include "agent/linux/kept.h"
#include "agent/linux/raw.h"
#include "agent/linux/rebind.h"
#include "agent/linux/retired.h"
#include "agent/linux/sandbox.h"
#include "agent/linux/segment.h"
#include "agent/linux/snapshot.h"

extern "C" {
extern char** environ;
int __cxa_atexit(void (*function)(void*), void* argument, void* library);
}

namespace ajar::agent {
namespace {

constinit Gate first_gate = Gate::unknown;
constinit char folder[512] = {};
constinit uint32_t starting = 0;
constinit uint32_t finished = 0;
constinit bool in_session = false;    // of an agent that was injected: between its beginning and its end
constinit bool forked_alone = false;  // the fork that made this process was by its parent's only thread

constexpr uint32_t kTrieCapacity = 1U << 19U;

bool take(uint32_t& spin) {
  for (unsigned i = 0; i < 100000; ++i) {
    if (__atomic_exchange_n(&spin, 1U, __ATOMIC_ACQUIRE) == 0) return true;
    __builtin_ia32_pause();
  }
  return false;
}

// The session's folder, from the environment that ajar started the program with.
bool find_session() {
  constexpr char kName[] = "AJAR_SESSION=";
  constexpr uint32_t kLength = sizeof(kName) - 1;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    uint32_t i = 0;
    while (i < kLength && (*variable)[i] == kName[i]) ++i;
    if (i != kLength) continue;
    uint32_t length = 0;
    while ((*variable)[kLength + length] != 0 && length + 1 < sizeof(folder)) {
      folder[length] = (*variable)[kLength + length];
      ++length;
    }
    folder[length] = 0;
    return length > 0 && (*variable)[kLength + length] == 0;
  }
  return false;
}

// "…/ajar-PID-FILTERS-tXXXXXX": by the counter.
bool session_counts_time(const char* path) {
  const char* last = path;
  for (; *path != 0; ++path) {
    if (*path == '-') last = path + 1;
  }
  return *last == 't';
}

// From here on the segment is this process's own.
void open_recording(ajar_segment* segment, uint32_t node_base) {
  state.segment = segment;
  claim_as_needed();
  state.trie.publish_to(
      reinterpret_cast<ajar_node*>(reinterpret_cast<uint8_t*>(segment) + segment->nodes_offset),
      &segment->nodes_used, node_base, segment->nodes_capacity, claim_nodes);
  state.pid = segment->pid;
  state.tables_parted = false;  // a child of fork has one thread
  ++state.process_number;
  announce_image();
  enter_thread(now());
  if (state.process_number == 1) {
    modules::refresh();
  } else {
    modules::announce_again();
  }
  write_table(AJAR_TABLE_AT_START);
  *state.gate = Gate::on;
}

// Room for so many, of which most programs touch little.
template <typename T>
T* map_sparse(uint64_t count) {
  void* const at = raw::map(sizeof(T) * count, -1);
  if (at != nullptr) raw::keep_pages_small(at, sizeof(T) * count);
  return static_cast<T*>(at);
}

// What all recordings of this process have in common. The gate stands open for nobody yet.
bool make_memory() {
  constexpr uint64_t kPage = 4096;
  void* page = raw::map(kPage, -1);
  if (page == nullptr) return false;
  raw::wipe_on_fork(page, kPage);
  Trie::Memory memory;
  memory.capacity = kTrieCapacity;
  memory.entries = map_sparse<Trie::Entry>(kTrieCapacity);
  memory.index = map_sparse<uint32_t>(Trie::index_words(kTrieCapacity));
  memory.memos = map_sparse<Memos>(1);
  if (memory.entries == nullptr || memory.index == nullptr || memory.memos == nullptr) return false;
  state.trie.init(memory, modules::rule_at, modules::frames_at);
  state.gate = static_cast<volatile Gate*>(page);
  return true;
}

bool begin_first() {
  if (!find_session() || started_in_sandbox(folder) || !session_lives(folder) || !make_memory()) return false;
  int error = 0;
  state.counts_time = session_counts_time(folder);
  ajar_segment* segment = create_segment(folder, nullptr, 0, error);
  if (segment == nullptr) return false;
  open_recording(segment, 0);
  __cxa_atexit([](void*) { finish(); }, nullptr, nullptr);
  return true;
}

bool begin_child() {
  const bool goes_on = !state.injected || in_session;
  in_session = false;
  if (!forked_alone) state.linker_may_be_locked = true;
  forked_alone = false;
  state.trie.reset_lock();
  places::reset_lock();
  modules::reset_lock();
  cpython::begin_after_fork();
  if (!goes_on || sandboxed() || !session_lives(folder)) return false;
  ajar_segment* parent = state.segment;
  const uint32_t node_base = state.trie.used();
  int error = 0;
  ajar_segment* segment = create_segment(folder, parent, node_base, error);
  if (segment == nullptr) {
    announce_refusal(parent, error);
    return false;
  }
  finished = 0;
  in_session = state.injected;
  const uint64_t parent_size = parent->size;
  open_recording(segment, node_base);
  raw::unmap(parent, parent_size);
  return true;
}

// While `starting` is taken. The hooks stay, and pass everything on, where the linker can't be asked any
// more.
void leave_session() {
  *state.gate = Gate::off;
  if (!in_session || !rebind::to_functions()) return;
  in_session = false;
  retired::add(state.segment);
}

bool copy_folder(const char* path) {
  uint32_t length = 0;
  for (; path[length] != 0; ++length) {
    if (length + 1 == sizeof(folder)) return false;
    folder[length] = path[length];
  }
  folder[length] = 0;
  return true;
}

int end_session() {
  if (!in_session) return 0;
  if (__atomic_load_n(&state.segment->detached, __ATOMIC_RELAXED) == 0 && !session_is_over(folder))
    return kBusy;
  leave_session();
  return in_session ? kNotPermitted : 0;
}

// Nothing of another session counts for this one's reader.
int begin_session(const char* path) {
  if (const int error = end_session(); error != 0) return error;
  if (sandboxed() || state.linker_may_be_locked) return kNotPermitted;
  if (!copy_folder(path) || !session_lives(folder)) return kNoSuchFile;
  const bool first = state.process_number == 0;
  if (first && !make_memory()) return kNoMemory;
  *state.gate = Gate::off;
  state.counts_time = session_counts_time(folder);
  retired::give_back();
  int error = 0;
  ajar_segment* segment = create_segment(folder, nullptr, 0, error);
  if (segment == nullptr) return error;
  segment->started = AJAR_STARTED_INJECTED;
  state.segment = segment;
  claim_as_needed();
  auto* nodes = reinterpret_cast<ajar_node*>(reinterpret_cast<uint8_t*>(segment) + segment->nodes_offset);
  if (!state.trie.publish_again_to(nodes, &segment->nodes_used, segment->nodes_capacity, claim_nodes)) {
    retired::add(segment);
    return kNoMemory;
  }
  for (kept::Kept& each : kept::all) {
    if (each.number >= 0) __atomic_store_n(&each.number, kept::kNothing, __ATOMIC_RELAXED);
  }
  places::begin_anew();
  state.pid = segment->pid;
  finished = 0;
  ++state.process_number;
  announce_image();
  enter_thread(now());
  modules::announce_again();
  modules::refresh();
  in_session = true;
  *state.gate = Gate::on;
  rebind::to_hooks();
  write_table(AJAR_TABLE_AT_START);
  if (first) __cxa_atexit([](void*) { finish(); }, nullptr, nullptr);
  return 0;
}

}  // namespace

constinit State state{&first_gate, nullptr, {}, 0, 0, false, false, false, false, false, 0};

bool begin_or_off() {
  if (thread_state.in_vfork != 0 || *state.gate != Gate::unknown || !take(starting)) return false;
  if (*state.gate == Gate::unknown) {
    const bool begun = state.process_number == 0 ? !state.injected && begin_first() : begin_child();
    if (!begun) *state.gate = Gate::off;
  }
  __atomic_store_n(&starting, 0U, __ATOMIC_RELEASE);
  return *state.gate == Gate::on;
}

void begin_after_fork(bool alone) {
  thread_state.in_vfork = 0;
  forked_alone = alone;
  if (state.process_number == 0) return;
  __atomic_store_n(&starting, 0U, __ATOMIC_RELEASE);
  if (*state.gate == Gate::on) *state.gate = Gate::unknown;  // a kernel that does not wipe pages on fork
  begin_or_off();
}

int begin_injected(const char* session_folder) {
  if (!state.injected) return kAlreadyThere;
  if (!take(starting)) return kBusy;
  const int error = begin_session(session_folder);
  __atomic_store_n(&starting, 0U, __ATOMIC_RELEASE);
  return error;
}

int end_injected() {
  if (!state.injected) return kAlreadyThere;
  if (!take(starting)) return kBusy;
  const int error = end_session();
  __atomic_store_n(&starting, 0U, __ATOMIC_RELEASE);
  return error;
}

void end_if_abandoned() {
  if (!sandboxed() && session_is_over(folder))
    __atomic_store_n(&state.segment->detached, 1U, __ATOMIC_RELAXED);
}

void end_recording() {
  *state.gate = Gate::off;
  if (!state.injected || thread_state.in_vfork != 0 || !take(starting)) return;
  if (in_session && __atomic_load_n(&state.segment->detached, __ATOMIC_RELAXED) != 0) {
    const int error = error_number();
    leave_session();
    error_number() = error;
  }
  __atomic_store_n(&starting, 0U, __ATOMIC_RELEASE);
}

void finish() {
  if (*state.gate != Gate::on || sandboxed() || thread_state.in_vfork != 0) return;
  if (raw::getpid() != state.pid) return;
  if (__atomic_exchange_n(&finished, 1U, __ATOMIC_RELAXED) != 0) return;
  if (thread_state.process_number != state.process_number) enter_thread(now());
  // Otherwise this thread's table is not the one that counts.
  if (!thread_state.has_other_table) write_table(AJAR_TABLE_AT_EXIT);
  __atomic_store_n(&state.segment->exited, 1U, __ATOMIC_RELEASE);
}

}  // namespace ajar::agent
