#pragma once

#include <cstddef>
#include <span>

#include "model/snapshot.h"
#include "recording/counted_record.h"

namespace ajar::recording {

// Writes the payload of one block of a snapshot: its head and the handles from `first` on, until the payload
// is full. Gives the index of the first handle that did not go into it.
std::size_t write_snapshot(ByteWriter& out, const model::Snapshot& snapshot, std::size_t first,
                           std::size_t full_bytes);

// Reads such a payload: sets the head, appends the handles.
Outcome read_snapshot(std::span<const std::byte> payload, model::Snapshot& snapshot);

}  // namespace ajar::recording
