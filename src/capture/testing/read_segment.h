#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string_view>
#include <utility>

#include "capture/preload/linux_segment.h"
#include "capture/testing/made_segment.h"
#include "capture/testing/world_recorder.h"
#include "catalog/linux_tables.h"

// For tests: a reader of a segment that was written by hand, and records for it.
namespace ajar::capture::preload {

enum : ajar_u16 {
#define AJAR_ENTRY(name, call, shape, asked, result, parameters, arguments) kEntry_##name,
  kNoEntry,
#include "catalog/linux_entries.def"
#undef AJAR_ENTRY
};

// Calls made by their number follow the entry points.
inline ajar_u16 by_number(std::string_view call) {
  const auto* row = std::ranges::find(catalog::kLinuxCalls, call, &catalog::Call::name);
  return static_cast<ajar_u16>(std::size(catalog::kLinuxEntries) + 1 +
                               static_cast<std::size_t>(row - std::begin(catalog::kLinuxCalls)));
}

inline segment::CounterClock& some_counter() {
  static segment::CounterClock counter;
  return counter;
}

inline std::unique_ptr<LinuxSegment> reader_of(testing::MadeSegment& segment,
                                               testing::WorldRecorder& recorder,
                                               const LinuxSegment* parent = nullptr,
                                               segment::CounterClock& counter = some_counter()) {
  SharedMemory memory = segment.give();
  auto consumer = ring::Consumer::open(memory.bytes());
  auto reader = std::make_unique<LinuxSegment>(std::move(memory), std::move(consumer).value(), parent,
                                               recorder, counter);
  model::Image image;
  image.id = recorder.world().images.next_id();
  recorder.world().images.add(image);
  reader->belongs_to({model::ProcessId{1}, image.id, model::TableId{7}});
  return reader;
}

inline ajar_event event_of(ajar_effect effect, ajar_u16 entry, ajar_s32 handle) {
  ajar_event event{};
  event.effect = effect;
  event.entry = entry;
  event.handle = handle;
  event.tid = 99;
  event.record.time = 1000;
  return event;
}

inline void add_module(testing::MadeSegment& segment, std::uint32_t generation, std::uint64_t bias,
                       std::string_view path, std::uint64_t time = 100) {
  ajar_module module{};
  module.record.time = time;
  module.generation = generation;
  module.bias = bias;
  module.begin = bias;
  module.end = bias + 0x10000;
  module.path_length = static_cast<ajar_u16>(path.size());
  module.build_id_length = 2;
  module.build_id[0] = 0xab;
  module.build_id[1] = 0x01;
  segment.add(module, AJAR_RECORD_MODULE, path);
}

}  // namespace ajar::capture::preload
