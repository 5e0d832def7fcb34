#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "capture/preload/linux_segment.h"
#include "capture/testing/made_segment.h"
#include "capture/testing/world_recorder.h"

// A victim may write anything into the memory that it shares with ajar. The input is the cells of three
// lanes, then the stack nodes; every cell gets the stamp of a whole record, so that the decoders see all of
// it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ajar::capture;
  testing::MadeSegment segment;
  std::span<const std::byte> rest = std::as_bytes(std::span(data, size));
  const auto take = [&rest](std::span<std::byte> to) {
    const std::size_t count = std::min(rest.size(), to.size());
    std::ranges::copy(rest.first(count), to.begin());
    rest = rest.subspan(count);
  };
  struct Share {
    std::uint32_t lane, cells;
  };
  for (const Share share : {Share{1, 64}, Share{2, 32}, Share{AJAR_IMAGE_LANE, 32}}) {
    take(segment.lane(share.lane).first(std::size_t{share.cells} * AJAR_CELL));
    for (std::uint32_t cell = 0; cell < share.cells; ++cell) {
      const std::uint32_t stamp = cell + 1;
      std::memcpy(segment.lane(share.lane).data() + std::size_t{cell} * AJAR_CELL, &stamp, sizeof(stamp));
    }
    segment.header().lanes[share.lane].head = share.cells;
  }
  take(segment.nodes());
  segment.header().nodes_used = testing::MadeSegment::kNodes;

  preload::SharedMemory memory = segment.give();
  auto consumer = ajar::ring::Consumer::open(memory.bytes());
  testing::WorldRecorder recorder;
  segment::CounterClock counter;
  preload::LinuxSegment reader(std::move(memory), std::move(consumer).value(), nullptr, recorder, counter);
  reader.belongs_to({});
  reader.read(false);
  reader.read(true);
  return 0;
}
