#pragma once

#include <stdint.h>

#include "unwind/table.h"

// Faults that are put into the walker on purpose, to see that the comparison notices them.
namespace ajar::unwinding::broken {

enum class Part : uint8_t {
  none,
  frame,  // the frame is said to be larger than it is
  bp,     // %rbp is taken from beside where it was saved
  cut,    // there is said to be no way on
  end,    // it is said to be the outermost frame
  memo,   // a stack is recalled without looking at its words
};

inline constexpr const char* kPartNames[] = {"none", "frame", "bp", "cut", "end", "memo"};

// By its name; none for null and for what is no name.
Part part_of(const char* name);

// The rule at pc, in one of some sixty places another one.
ajar_rule rule(Part part, uint64_t pc, const ajar_rule& right);

}  // namespace ajar::unwinding::broken
