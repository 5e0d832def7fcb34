#include <cstddef>
#include <cstdint>
#include <utility>

#include "capture/testing/any_segment.h"
#include "capture/testing/world_recorder.h"
#include "capture/win_agent/windows_segment.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ajar::capture;
  testing::MadeSegment segment;
  testing::fill(segment, data, size);
  const preload::SharedMemory memory = segment.give();
  auto consumer = ajar::ring::Consumer::open(memory.bytes());
  testing::WorldRecorder recorder;
  segment::CounterClock counter;
  win_agent::WindowsSegment reader(std::move(consumer).value(), recorder, counter);
  reader.belongs_to({});
  reader.read(false);
  reader.read(true);
  return 0;
}
