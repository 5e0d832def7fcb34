#pragma once

#include <stdint.h>

#include "wire/wire.h"

namespace ajar::agent {

// Whether the ajar is still there whose session this is. Nobody else would take a segment's name away, and
// its memory would never be given back.
bool session_lives(const char* folder);

// Whether it has surely ended: the folder is gone, or nobody's.
bool session_is_over(const char* folder);

// Cells get memory as they are needed, from now on; nodes by claim_nodes, which is a Trie::ClaimNodes. None
// is to be had in a sandbox.
void claim_as_needed();
bool claim_nodes(uint32_t from, uint32_t to);
// For all cells there may be, before a sandbox is entered.
void claim_all_cells();

// Creates this process's segment as a file in the session's folder and maps it. No descriptor stays open.
// nullptr when it cannot be had, and why in `error`: the process then runs unrecorded. `parent` is the
// segment that this process had before fork, or nullptr; `node_base` the stack numbers known from it.
ajar_segment* create_segment(const char* folder, const ajar_segment* parent, uint32_t node_base, int& error);

}  // namespace ajar::agent
