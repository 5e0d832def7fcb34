#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "import/importer.h"
#include "model/world.h"
#include "recording/writer.h"

// What strace wrote of a program's system calls: with stacks (-k) or without, of one process or of all that
// it made (-f), with descriptors' names (-y, -yy) or without, with times or without. Source: strace(1), "-k",
// "-f", "-y", "-t", "-r", "-T", and what strace 6.1 prints.
namespace ajar::import::strace {

bool is_log(std::span<const std::byte> bytes);

// Events, tables where processes begin and end, and what the log does not tell (Origin::notes). An error
// where it has nothing that tells what stays open.
base::Result<model::Time> read_log(const Input& input, model::World& world, recording::Writer& writer);

}  // namespace ajar::import::strace
