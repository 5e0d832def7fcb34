#pragma once

#include <stdint.h>

#include "agent/core/trie.h"

// The code that is mapped in this process: for call-frame rules, and announced to ajar as modules come and
// go.
namespace ajar::agent::modules {

// The rule for an address, as Trie wants it. Looks for new modules when the address is in none that is known.
CodeRule rule_at(uint64_t pc);

// Brings the list up to date with the dynamic linker's. New modules are announced; when some are gone, the
// trie forgets.
void refresh();

// After fork, in the child: announces all modules again, into the new segment.
void announce_all();

}  // namespace ajar::agent::modules
