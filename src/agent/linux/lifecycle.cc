#include "agent/linux/lifecycle.h"

#include "agent/core/clock.h"
#include "agent/core/cpython.h"
#include "agent/core/emit.h"
#include "agent/core/modules.h"
#include "agent/core/places.h"
#include "agent/core/state.h"
#include "agent/linux/announce.h"
#include "agent/linux/raw.h"
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
constinit bool forked_alone = false;  // the fork that made this process was by its parent's only thread

constexpr uint32_t kTrieCapacity = 1U << 18U;

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

void announce_image() {
  char path[2048];
  char command[4096];
  const int64_t path_length = raw::readlink(raw::kAtCwd, "/proc/self/exe", path, sizeof(path));
  int64_t command_length = 0;
  const int fd = raw::open("/proc/self/cmdline", raw::kReadOnly | raw::kCloseOnExec);
  if (fd >= 0) {
    // In pieces of at most a page, as the kernel gives them.
    while (command_length < static_cast<int64_t>(sizeof(command) / 2)) {
      const int64_t got = raw::read(fd, command + command_length,
                                    sizeof(command) / 2 - static_cast<uint64_t>(command_length));
      if (got <= 0) break;
      command_length += got;
    }
    raw::close(fd);
  }
  const auto path_bytes = static_cast<uint32_t>(path_length > 0 ? path_length : 0);
  const auto command_bytes = static_cast<uint32_t>(command_length);
  ring::Producer producer(state.segment, AJAR_IMAGE_LANE);
  ajar_record* record =
      reserve(producer, static_cast<uint32_t>(sizeof(ajar_image)) + path_bytes + command_bytes,
              AJAR_RECORD_IMAGE, now(), Patience::brief);
  if (record == nullptr) return;
  auto* image = reinterpret_cast<ajar_image*>(record);
  image->path_length = static_cast<ajar_u16>(path_bytes);
  image->command_length = static_cast<ajar_u16>(command_bytes);
  image->reserved = 0;
  auto* after = reinterpret_cast<uint8_t*>(image + 1);
  __builtin_memcpy(after, path, path_bytes);
  __builtin_memcpy(after + path_bytes, command, command_bytes);
  producer.commit(record);
}

// From here on the segment is this process's own.
void open_recording(ajar_segment* segment, uint32_t node_base) {
  state.segment = segment;
  state.trie.publish_to(
      reinterpret_cast<ajar_node*>(reinterpret_cast<uint8_t*>(segment) + segment->nodes_offset),
      &segment->nodes_used, node_base, segment->nodes_capacity);
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

bool begin_first() {
  if (!find_session() || started_in_sandbox(folder) || !session_lives(folder)) return false;
  constexpr uint64_t kPage = 4096;
  void* page = raw::map(kPage, -1);
  if (page == nullptr) return false;
  raw::wipe_on_fork(page, kPage);
  Trie::Memory memory;
  memory.capacity = kTrieCapacity;
  memory.entries =
      static_cast<Trie::Entry*>(raw::map(sizeof(Trie::Entry) * static_cast<uint64_t>(kTrieCapacity), -1));
  memory.index = static_cast<uint32_t*>(raw::map(sizeof(uint32_t) * Trie::index_words(kTrieCapacity), -1));
  memory.memos = static_cast<MemoPair*>(raw::map(sizeof(MemoPair) * Trie::kMemoPairs, -1));
  if (memory.entries == nullptr || memory.index == nullptr || memory.memos == nullptr) return false;
  int error = 0;
  state.counts_time = session_counts_time(folder);
  ajar_segment* segment = create_segment(folder, nullptr, 0, error);
  if (segment == nullptr) return false;
  state.trie.init(memory, modules::rule_at, modules::frames_at);
  state.gate = static_cast<volatile Gate*>(page);
  open_recording(segment, 0);
  __cxa_atexit([](void*) { finish(); }, nullptr, nullptr);
  return true;
}

bool begin_child() {
  if (state.sandboxed || !session_lives(folder)) return false;
  ajar_segment* parent = state.segment;
  state.trie.reset_lock();
  places::reset_lock();
  cpython::begin_after_fork();
  const uint32_t node_base = state.trie.used();
  int error = 0;
  ajar_segment* segment = create_segment(folder, parent, node_base, error);
  if (segment == nullptr) {
    announce_refusal(parent, error);
    return false;
  }
  finished = 0;
  if (!forked_alone) state.linker_may_be_locked = true;
  forked_alone = false;
  const uint64_t parent_size = parent->size;
  open_recording(segment, node_base);
  raw::unmap(parent, parent_size);
  return true;
}

}  // namespace

constinit State state{&first_gate, nullptr, {}, 0, 0, false, false, false, false};

bool begin_or_off() {
  if (thread_state.in_vfork != 0 || *state.gate != Gate::unknown || !take(starting)) return false;
  if (*state.gate == Gate::unknown) {
    const bool begun = state.process_number == 0 ? begin_first() : begin_child();
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

void finish() {
  if (*state.gate != Gate::on || state.sandboxed || thread_state.in_vfork != 0) return;
  if (raw::getpid() != state.pid) return;
  if (__atomic_exchange_n(&finished, 1U, __ATOMIC_RELAXED) != 0) return;
  if (thread_state.process_number != state.process_number) enter_thread(now());
  // Otherwise this thread's table is not the one that counts.
  if (!thread_state.has_other_table) write_table(AJAR_TABLE_AT_EXIT);
  __atomic_store_n(&state.segment->exited, 1U, __ATOMIC_RELEASE);
}

}  // namespace ajar::agent
