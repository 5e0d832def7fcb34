#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "import/importer.h"
#include "model/world.h"
#include "recording/writer.h"

namespace ajar::import {

// The kind "minidump": see objfile::Minidump. Gives the process with its modules and threads, its handle
// table as the only snapshot, and the operations on handles, where they were traced, as events.
//
// The system keeps no times of operations, only their order, and not always says which one (operation_order).
// So the times of events are places in a row between the start of the process and half of its life: they mean
// nothing but their order, and nobody may be shown them. Time 0 is when the process began, the snapshot's
// time is when the dump was written; where the dump does not tell when the process began,
// model::Process::start_ticks is 0, and the snapshot's time means nothing either. Otherwise start_ticks is
// seconds since 1970.
bool is_minidump(std::span<const std::byte> bytes);
base::Result<model::Time> read_minidump(const Input& input, model::World& world, recording::Writer& writer);

}  // namespace ajar::import
