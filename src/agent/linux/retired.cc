#include "agent/linux/retired.h"

#include "agent/core/clock.h"
#include "agent/linux/raw.h"

namespace ajar::agent::retired {
namespace {

struct Retired {
  void* at = nullptr;
  uint64_t size = 0;
  uint64_t since = 0;  // ns
};
constexpr uint32_t kMost = 64;
constexpr uint64_t kLongAgo = 10'000'000'000;
constinit Retired all[kMost] = {};

}  // namespace

// The header stays: it says that nobody reads.
void add(ajar_segment* segment) {
  __atomic_store_n(&segment->detached, 1U, __ATOMIC_RELEASE);
  const uint64_t size = segment->size;
  raw::map_over(reinterpret_cast<uint8_t*>(segment) + segment->ring_offset, size - segment->ring_offset);
  for (Retired& each : all) {
    if (each.at != nullptr) continue;
    each = {segment, size, monotonic_ns()};
    return;
  }
}

void give_back() {
  const uint64_t now = monotonic_ns();
  for (Retired& each : all) {
    if (each.at == nullptr || now - each.since < kLongAgo) continue;
    raw::unmap(each.at, each.size);
    each = {};
  }
}

}  // namespace ajar::agent::retired
