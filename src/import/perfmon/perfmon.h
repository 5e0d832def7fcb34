#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "import/importer.h"
#include "model/world.h"
#include "recording/writer.h"

// Windows' performance logs: what Perfmon, typeperf, relog and data collector sets write, binary (.blg), CSV
// and TSV. Of them how many handles each process had open.
namespace ajar::import::perfmon {

bool is_binary(std::span<const std::byte> bytes);
bool is_text(std::span<const std::byte> bytes);

// Counts at moments, from the first sample on. A process has its pid where the log has it, and is another one
// where its pid or its start is, or where a sample did not have it. Where the clock was set back, the time
// since the sample before is taken to be what it was before that.
base::Result<model::Time> read_binary(const Input& input, model::World& world, recording::Writer& writer);
base::Result<model::Time> read_text(const Input& input, model::World& world, recording::Writer& writer);

}  // namespace ajar::import::perfmon
