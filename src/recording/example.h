#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/count.h"
#include "model/event.h"
#include "model/snapshot.h"
#include "model/system_log.h"
#include "model/world.h"

namespace ajar::recording {

// One of everything: what FORMAT.md takes apart byte by byte. For tests.
model::World example_world();
model::Event example_open();
model::Snapshot example_snapshot();
model::Loss example_loss();
model::CountSample example_count();
model::SystemLog example_system_log();

// The example as a recording, not packed.
std::vector<std::byte> example_recording(std::uint64_t segment_bytes = 16U << 20U);

}  // namespace ajar::recording
