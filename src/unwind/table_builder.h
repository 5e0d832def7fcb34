#pragma once

#include <stdint.h>

#include "unwind/cfi.h"
#include "unwind/table.h"

namespace ajar::unwind {

// Where an FDE is, while a table is made.
struct FdePlace {
  uint32_t first;  // offset of its code
  uint32_t size;
  uint32_t at;       // in its section
  uint32_t section;  // its number
};

// What a table is made in; the caller's. After it was made only the first three are needed.
struct TableMemory {
  uint32_t* offsets = nullptr;  // row_capacity of them
  uint16_t* rule_of = nullptr;
  ajar_rule* rules = nullptr;  // rule_capacity of them
  FdePlace* fdes = nullptr;
  uint16_t* buckets = nullptr;  // bucket_count of them, zeroed
  uint32_t row_capacity = 0;
  uint32_t rule_capacity = 0;  // 2 to 65536
  uint32_t fde_capacity = 0;
  uint32_t bucket_count = 0;  // a power of two, larger than rule_capacity
};

struct BuiltTable {
  ajar_unwind_table table{};
  uint32_t rule_count = 0;
  uint32_t fde_count = 0;   // what was found, though there may not be room for all
  uint32_t unreadable = 0;  // FDEs of which nothing could be made
  bool fits = false;        // false: fde_capacity or row_capacity was too small, and the table is not whole
};

// What a module's code is: what lies outside belongs to functions that the linker took out.
struct CodeSpan {
  uint64_t begin = 0;
  uint64_t end = 0;
};

// All rules of a module's sections as a table whose base is the code's beginning; the addresses are those
// that the sections have, and a mapped header is not looked at. Of two sections that both tell of some code
// the first one is believed (.eh_frame, that is, before .debug_frame). At every address the table has the
// rule of find_rule() with the same sections, where FDEs don't overlap.
//
// Takes time in proportion to the bytes of the programs, after sorting the FDEs where they aren't in order;
// a number of rows that surely is enough is the sections' bytes / 2.
BuiltTable build_table(const CallFrameInfo& info, const CodeSpan& code, const TableMemory& memory);

}  // namespace ajar::unwind
