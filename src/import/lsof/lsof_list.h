#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "import/importer.h"
#include "model/world.h"
#include "recording/writer.h"

// What lsof printed of processes' descriptors: its table, or its fields (lsof -F, of which the process's
// number and command and a file's number, type and name are taken, with the protocol and TCP's state).
// Source: lsof(8), "OUTPUT" and "OUTPUT FOR OTHER PROGRAMS".
namespace ajar::import::lsof {

bool is_list(std::span<const std::byte> bytes);

// A snapshot of each process's table; without its current directory, its program and what it has mapped,
// which are no handles.
base::Result<model::Time> read_list(const Input& input, model::World& world, recording::Writer& writer);

}  // namespace ajar::import::lsof
