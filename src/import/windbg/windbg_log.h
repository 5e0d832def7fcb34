#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "import/importer.h"
#include "model/world.h"
#include "recording/writer.h"

// Texts that show what WinDbg says of a process's handles: a log (.logopen), or what somebody pasted, with
// other words around it. Of !handle its lists and counts, of !htrace its operations with their stacks, of
// Debug Diag's leak reports the stack samples; and what Sysinternals' handle.exe lists and counts.
namespace ajar::import::windbg {

// Whether something of that is in it.
bool is_log(std::span<const std::byte> bytes);

// Each list of counts begins a snapshot of its own. Of several answers of !htrace the last -diff is taken, or
// the last answer where there is none; Debug Diag's samples are taken all. Nothing in such a text has a time:
// what is recorded in that order has the times 1, 2, 3 … ns.
base::Result<model::Time> read_log(const Input& input, model::World& world, recording::Writer& writer);

}  // namespace ajar::import::windbg
