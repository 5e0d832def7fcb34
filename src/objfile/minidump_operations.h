#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/event.h"
#include "model/world.h"
#include "objfile/minidump.h"

namespace ajar::objfile {

inline constexpr std::size_t kMinidumpFrames = 32;  // of a stack: for more there is no place

// Whether a minidump has operations of that kind.
bool is_operation(model::EventKind kind);

// What was recorded of one handle table, as a minidump has it: opens, closes and bad references, in the order
// that Windows has, the latest first. `events`: in the order of time; those of other tables are left out, and
// so are kinds that a minidump has none for. A frame of managed code, or one of which no address is known,
// ends a stack.
std::vector<MinidumpOperation> operations_of(const model::World& world, model::TableId table,
                                             std::span<const model::Event> events);

}  // namespace ajar::objfile
