#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "capture/preload/segment_reader.h"
#include "capture/testing/made_segment.h"
#include "capture/testing/world_recorder.h"

// A victim may write anything into the memory that it shares with ajar. The input is the ring's cells, then
// the stack nodes; every cell gets the stamp of a whole record, so that the decoders see all of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ajar::capture;
  testing::MadeSegment segment;
  const std::size_t in_ring = std::min(size, segment.ring().size());
  std::copy_n(data, in_ring, reinterpret_cast<std::uint8_t*>(segment.ring().data()));
  const std::size_t in_nodes = std::min(size - in_ring, segment.nodes().size());
  std::copy_n(data + in_ring, in_nodes, reinterpret_cast<std::uint8_t*>(segment.nodes().data()));
  for (std::uint32_t cell = 0; cell < testing::MadeSegment::kCells; ++cell) {
    const std::uint32_t stamp = cell + 1;
    std::memcpy(segment.ring().data() + std::size_t{cell} * AJAR_CELL, &stamp, sizeof(stamp));
  }
  segment.header().head = testing::MadeSegment::kCells;
  segment.header().nodes_used = testing::MadeSegment::kNodes;

  preload::SharedMemory memory = segment.give();
  auto consumer = ajar::ring::Consumer::open(memory.bytes());
  testing::WorldRecorder recorder;
  preload::SegmentReader reader(std::move(memory), std::move(consumer).value(), nullptr, recorder);
  reader.belongs_to({});
  reader.read(true);
  return 0;
}
