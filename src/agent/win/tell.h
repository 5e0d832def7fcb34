#pragma once

#include <stdint.h>

// What a hooked call did to the handle table, and telling of it.
namespace ajar::agent::tell {

// A call, as its hook sees it.
struct Made {
  uint32_t row;  // of the catalog
  const uint64_t* arguments;
  uint64_t call;       // where its own code begins
  uint64_t begun;      // when it began, where that matters
  bool closes_source;  // DUPLICATES: if it does what it is asked for
};

// Before it is made. Whether after() has to be called.
bool before(Made& made);

// After it, with what came of it.
void after(const Made& made, uint64_t result);

// The process `process` is ended by the call that comes: where it is this one, its table is read now.
void about_to_end(uint64_t process);

}  // namespace ajar::agent::tell
