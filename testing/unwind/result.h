#pragma once

#include <stdint.h>

#include "unwind/judge.h"

// What one process found out, in a file that it has mapped: so nothing is lost however it ends.
namespace ajar::unwinding {

inline constexpr const char* kFolderVariable = "AJAR_UNWINDING_RESULTS";  // where the files are to be
inline constexpr const char* kPaceVariable = "AJAR_UNWINDING_PACE";       // see Pace
inline constexpr const char* kBreakVariable = "AJAR_UNWINDING_BREAK";     // see broken.h

inline constexpr uint32_t kDistinctRoom = 1U << 20U;
inline constexpr uint32_t kDifferences = 16;  // of each kind are told in words

struct Difference {
  uint32_t told;  // 1 when `text` is whole
  char text[3068];
};

struct Differences {
  uint32_t used;  // there may have been more than there is room for
  uint32_t reserved;
  Difference at[kDifferences];
};

// Where our walks ended before libunwind's.
struct Place {
  uint64_t offset;  // in the module; of a call, not the address after it
  uint64_t times;
  char module[240];  // its path; empty: in none
};
inline constexpr uint32_t kPlaces = 512;

struct Result {
  uint64_t called;       // stacks compared at calls of the functions that are watched,
  uint64_t interrupted;  // and where a signal came
  uint64_t frames;       // in all of them
  uint64_t equal;
  uint64_t wrong[kWrongs];
  uint64_t deepest;
  uint64_t again;  // calls that came from a place by the same way as the last one there: a memo may know it,
  uint64_t elsewhere;     // and by another way: a memo has to notice
  uint64_t unknown_code;  // not compared: interrupted in a module that was just being loaded
  uint64_t no_room;       // not compared: the trie gave no stack
  uint64_t no_leaf;       // not compared: libunwind did not come to the frame where ours begins
  uint64_t too_busy;      // not compared: all buffers were in use
  uint32_t distinct_used;
  uint32_t places_used;
  uint32_t places_lock;
  uint32_t reserved;
  char program[64];
  Place places[kPlaces];
  Differences wrong_ones;
  Differences guessed_ones;          // one of each place
  uint64_t distinct[kDistinctRoom];  // hashes of module and offset of all frames
};

}  // namespace ajar::unwinding
