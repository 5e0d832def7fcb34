#pragma once

#include <stdint.h>

#include "wire/wire.h"

namespace ajar::agent {

// Whether the ajar is still there whose session this is. Nobody else would take a segment's name away, and
// its memory would never be given back.
bool session_lives(const char* folder);

// What the segment needs memory for: its cells, for ring::claim_cells, and its nodes: gives the number that
// have it, `count` or more unless it cannot be had. In a sandbox, and where all memory was claimed at once,
// nothing is to be done.
bool claim_cells(ajar_segment& segment, uint32_t lane, uint64_t end);
uint32_t claim_nodes(uint32_t claimed, uint32_t count);
// All there is, before a sandbox is entered.
void claim_all_cells();

// Creates this process's segment as a file in the session's folder and maps it. No descriptor stays open.
// nullptr when it cannot be had, and why in `error`: the process then runs unrecorded. `parent` is the
// segment that this process had before fork, or nullptr; `node_base` the stack numbers known from it.
ajar_segment* create_segment(const char* folder, const ajar_segment* parent, uint32_t node_base, int& error);

}  // namespace ajar::agent
