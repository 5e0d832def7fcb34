#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "import/strace/tracees.h"

namespace ajar::import::strace {

// What a log shows of what is missing from it.
struct Evidence {
  std::uint64_t opens = 0;         // of descriptors, which succeeded
  std::uint64_t closes = 0;        // calls of close() and close_range(), whatever they came to
  std::uint64_t opened_again = 0;  // the number was open still: a close of it isn't there
  std::uint64_t never_opened = 0;  // the number was closed and is used all the same
  std::uint64_t other_calls = 0;   // that neither open nor close anything
  bool has_stacks = false;
  bool has_times = false;
};

// Where nothing can be said of what stays open, why.
base::Result<void> tells_of_open(const Evidence& evidence);

// What the reader of a report has to know, a sentence each.
std::vector<std::string> notes_of(const Evidence& evidence, const Tracees& tracees);

}  // namespace ajar::import::strace
