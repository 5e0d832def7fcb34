#include "agent/linux/segment.h"

#include "agent/core/clock.h"
#include "agent/core/entries.h"
#include "agent/linux/error_number.h"
#include "agent/linux/raw.h"
#include "ring/layout.h"
#include "ring/producer.h"

namespace ajar::agent {
namespace {

struct Sizes {
  uint32_t lane_cells, nodes;
};
// A program gets room for 65,536 events and 524,288 stack frames; a child of fork, which most often only
// closes and execs, a part of it.
constexpr Sizes kForExec{(1U << 16U) / AJAR_LANES, 1U << 19U};
constexpr Sizes kForFork{(1U << 14U) / AJAR_LANES, 1U << 16U};

uint32_t append(char* to, uint32_t at, const char* text) {
  while (*text != 0) to[at++] = *text++;
  return at;
}

uint32_t append_hex(char* to, uint32_t at, uint64_t value) {
  for (int shift = 60; shift >= 0; shift -= 4)
    to[at++] = "0123456789abcdef"[(value >> static_cast<unsigned>(shift)) & 15U];
  return at;
}

constexpr int kInvalid = 22, kNoSpace = 28;  // EINVAL, ENOSPC

// The kernel can give memory to pages before they are written (Linux 5.14); else all is claimed at once.
constinit bool populates = true;

uint8_t* cell_at(ajar_segment& segment, uint32_t lane, uint32_t cell) {
  return reinterpret_cast<uint8_t*>(&segment) + segment.ring_offset +
         (uint64_t{lane} * segment.lane_cells + cell) * AJAR_CELL;
}

// A write to a page that a full file system cannot give would kill the victim.
bool claim_cells(ajar_segment& segment, uint32_t lane, uint32_t from, uint32_t to) {
  return !sandboxed() && raw::populate(cell_at(segment, lane, from), uint64_t{to - from} * AJAR_CELL) == 0;
}

void give_back_cells(ajar_segment& segment, uint32_t lane, uint32_t from, uint32_t to) {
  if (!sandboxed()) raw::give_back(cell_at(segment, lane, from), uint64_t{to - from} * AJAR_CELL);
}

// The header's memory, and the rest's as it is needed; all of it now where the kernel cannot do that. 0, or
// the error.
int claim_first(ajar_segment* segment, int fd, uint64_t size, uint64_t header, uint32_t lane_cells) {
  const int refused = -raw::populate(segment, header);
  if (refused == 0) return 0;
  if (refused != kInvalid) return refused == kBadAddress ? kNoSpace : refused;
  populates = false;
  const int error = -raw::fallocate(fd, size);
  for (ajar_lane& lane : segment->lanes) {
    if (error == 0) lane.cells = lane_cells | AJAR_CELLS_STAY;
  }
  return error;
}

}  // namespace

// ajar holds a lock on the folder, which the kernel gives back when ajar ends, however it does. Where the
// folder can't be opened, no segment can be made in it either, and that says why.
bool session_lives(const char* folder) {
  const int fd = raw::open(folder, raw::kReadOnly | raw::kDirectory | raw::kCloseOnExec);
  const bool lives = fd < 0 || !raw::can_lock_shared(fd);
  if (fd >= 0) raw::close(fd);
  return lives;
}

bool session_is_over(const char* folder) {
  const int fd = raw::open(folder, raw::kReadOnly | raw::kDirectory | raw::kCloseOnExec);
  if (fd < 0) return fd == -kNoSuchFile;
  const bool over = raw::can_lock_shared(fd);
  raw::close(fd);
  return over;
}

bool claim_nodes(uint32_t from, uint32_t to) {
  if (!populates) return true;
  if (sandboxed()) return false;
  ajar_segment& segment = *state.segment;
  auto* const at =
      reinterpret_cast<ajar_node*>(reinterpret_cast<uint8_t*>(&segment) + segment.nodes_offset) + from;
  const uint64_t size = (to - from) * sizeof(ajar_node);
  if (raw::populate(at, size) == 0) return true;
  raw::give_back(at, size);
  return false;
}

void claim_as_needed() {
  ring::cell_memory = {claim_cells, give_back_cells};
}

void claim_all_cells() {
  ajar_segment& segment = *state.segment;
  for (uint32_t lane = 0; lane < AJAR_LANES; ++lane) {
    for (uint32_t cells = 0; (cells & AJAR_CELLS_STAY) == 0 && cells < segment.lane_cells;) {
      cells = __atomic_load_n(&segment.lanes[lane].cells, __ATOMIC_ACQUIRE);
      if ((cells & AJAR_CELLS_STAY) == 0 && cells < segment.lane_cells) ring::grow(segment, lane, cells);
    }
  }
}

ajar_segment* create_segment(const char* folder, const ajar_segment* parent, uint32_t node_base, int& error) {
  const Sizes sizes = parent == nullptr ? kForExec : kForFork;
  const ring::Layout layout = ring::layout_of(sizes.lane_cells, sizes.nodes);
  const uint64_t size = layout.size;
  // Growing a file past the limit would raise a signal in the victim.
  if (raw::limit(raw::kLimitFileSize).soft < size) {
    error = kFileTooLarge;
    return nullptr;
  }

  const uint32_t pid = raw::getpid();
  const uint64_t created = monotonic_ns();
  const uint64_t key = created * 0x9e3779b97f4a7c15ULL ^ (static_cast<uint64_t>(pid) << 32U);
  char path[600];
  uint32_t length = append(path, 0, folder);
  path[length++] = '/';
  path[append_hex(path, length, key)] = 0;
  constexpr int kFlags = raw::kReadWrite | raw::kCreate | raw::kExclusive | raw::kCloseOnExec;
  const int fd = raw::open(path, kFlags, 0600);
  if (fd < 0) {
    error = -fd;
    return nullptr;
  }
  error = -raw::ftruncate(fd, size);
  auto* segment = error == 0 ? static_cast<ajar_segment*>(raw::map(size, fd)) : nullptr;
  if (error == 0)
    error =
        segment == nullptr ? kNoMemory : claim_first(segment, fd, size, layout.ring_offset, sizes.lane_cells);
  raw::close(fd);
  if (error != 0) {
    if (segment != nullptr) raw::unmap(segment, size);
    raw::unlink(path);
    return nullptr;
  }
  ring::describe(*segment, layout);
  segment->clock = state.counts_time ? AJAR_CLOCK_COUNTER : AJAR_CLOCK_MONOTONIC;
  segment->entries = kEntryCount;
  segment->key = key;
  segment->parent_key = parent == nullptr ? 0 : parent->key;
  segment->node_base = node_base;
  segment->pid = pid;
  segment->parent_pid = raw::getppid();
  segment->started = parent == nullptr ? AJAR_STARTED_EXEC : AJAR_STARTED_FORK;
  segment->pid_namespace = raw::inode_of("/proc/self/ns/pid");
  segment->created = created;
  __atomic_store_n(&segment->magic, AJAR_WIRE_MAGIC, __ATOMIC_RELEASE);
  return segment;
}

}  // namespace ajar::agent
