#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "import/importer.h"
#include "model/world.h"
#include "recording/writer.h"

// Windows' event logs as Windows itself keeps them (.evtx).
namespace ajar::import::events {

bool is_evtx_log(std::span<const std::byte> bytes);

// Where this build can't read them, the error says how to get what it can.
base::Result<model::Time> read_evtx_log(const Input& input, model::World& world, recording::Writer& writer);

}  // namespace ajar::import::events
