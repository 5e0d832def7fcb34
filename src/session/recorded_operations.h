#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "objfile/minidump.h"
#include "recording/reader.h"

namespace ajar::session {

// What a recording tells of the operations on a process's handles, as a minidump has them.
struct RecordedOperations {
  std::vector<objfile::MinidumpOperation> latest;  // the latest first
  std::uint64_t older = 0;                         // that are left out
};

// Of the process with that number; of several that had it, of the one that came last. At most `most` of them.
RecordedOperations recorded_operations(recording::Reader& recording, std::int64_t pid, std::size_t most);

}  // namespace ajar::session
