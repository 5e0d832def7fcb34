#pragma once

#include "wire/wire.h"

// Segments of sessions that have ended. Threads that were in the midst of writing may still do so: a
// segment's memory becomes the process's own, empty, and its addresses are given back when that is long ago.
namespace ajar::agent::retired {

void add(ajar_segment* segment);
void give_back();

}  // namespace ajar::agent::retired
