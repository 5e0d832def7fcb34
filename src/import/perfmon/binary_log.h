#pragma once

#include <cstddef>
#include <span>

#include "base/result.h"
#include "import/perfmon/counts_log.h"

// Perfmon's binary logs (.blg): event traces in which each sample is an event, or several where it is long.
// No document describes them; this is what is in them. An event of the provider 933f3bb3-943e-490d-9ced-
// 3cbb14c14479 has, behind its header, the log's GUID, the number of the part and that of all parts, and the
// part. The parts of events of type 0x22 are a record: a type, a length, and records in it, each with a type
// and a length (both with the 8 bytes of the two); what is in these is a perf_block.
namespace ajar::import::perfmon {

// What it says of handles. A sample of which a part is missing is left out. Errors say where.
base::Result<CountsLog> read_binary_log(std::span<const std::byte> bytes);

}  // namespace ajar::import::perfmon
