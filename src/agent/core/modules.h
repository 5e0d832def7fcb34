#pragma once

#include <stdint.h>

#include "agent/core/trie.h"
#include "unwind/cfi.h"

// The code that is mapped in this process: for call-frame rules, and announced to ajar as modules come and
// go.
namespace ajar::agent::modules {

// The rule for an address, as Trie wants it. Looks for new modules when the address is in none that is known.
CodeRule rule_at(uint64_t pc);

// The call-frame information of the module that the address is in, as Trie wants it. Looks for no new ones.
bool frames_at(uint64_t pc, unwind::CallFrameInfo& info);

// Brings the list up to date with the dynamic linker's. New modules are announced; when some are gone, the
// trie forgets. Does nothing while the linker may be locked for ever.
void refresh();

// Announces the modules that are known again, into a new segment, without a look at the dynamic linker's
// list.
void announce_again();

// After fork, in the child: another thread of the parent may have held the lock.
void reset_lock();

}  // namespace ajar::agent::modules
