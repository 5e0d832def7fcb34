#include <cstddef>
#include <cstdint>
#include <utility>

#include "capture/preload/linux_segment.h"
#include "capture/testing/any_segment.h"
#include "capture/testing/world_recorder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ajar::capture;
  testing::MadeSegment segment;
  testing::fill(segment, data, size);
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
