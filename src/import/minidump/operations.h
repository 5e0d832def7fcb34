#pragma once

#include <span>

#include "base/result.h"
#include "model/address_stacks.h"
#include "model/process_rows.h"
#include "model/snapshot.h"
#include "model/world.h"
#include "objfile/minidump.h"
#include "recording/writer.h"

namespace ajar::import {

// Writes the operations as events, from the oldest to the latest, with times between 0 and `end` that mean
// nothing but this order. Adds threads and stacks to the world, and a row for each other process that did
// something to this one's handles, of which nothing else is known. Operations of unknown kinds are left out.
base::Result<void> write_operations(const objfile::Minidump& dump, const model::ProcessRows& on,
                                    const model::CodeRanges& code, std::span<const model::Handle> table,
                                    model::Time end, model::World& world, recording::Writer& writer);

}  // namespace ajar::import
