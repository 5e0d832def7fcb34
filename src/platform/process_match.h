#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "platform/procfs.h"

namespace ajar::platform {

// The processes whose command line the pattern is found in, as `pgrep -f` finds them: an extended regular
// expression of POSIX on the words with blanks between them; a process that has no words (a kernel's thread,
// one that took them away) goes by its name in brackets, as in "[kthreadd]". Ascending.
//
// ajar itself is not among them. Nor is a process that it descends from (sudo, a shell) and that has the
// pattern only in its words: it has them because it started ajar.
//
// An error where the pattern is no regular expression.
base::Result<std::vector<std::int64_t>> match_processes(const ProcFs& proc, const std::string& pattern);

}  // namespace ajar::platform
