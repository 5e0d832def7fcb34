#pragma once

#include "analyze/verdict.h"

namespace ajar::analyze {

// The verdict where nobody knows when anything happened: only how many this code was seen to open, and how
// many of those are open still. That tells code that forgets to close from code that closes what it opens; it
// can't tell a leak from a cache that is as large as it gets, nor whether a number grows: the reason says so.
Judgement judge_by_share(const Evidence& evidence);

// The same where only opens of what is open still were shown (model::Origin::shows_only_outstanding()): code
// that opens what there is too much of is taken for the leak. `stands_out`: its type does, among all handles.
Judgement judge_shown(const Evidence& evidence, bool stands_out);

}  // namespace ajar::analyze
