#pragma once

#include <stdint.h>

namespace ajar::agent::places {

// A place in managed code, as its runtime tells it: addresses in its data. Two that are equal are the same
// place; what `code` and `at` alone do not say (a code object's memory is used again), the others do.
struct Place {
  uint64_t code = 0;  // of the function's code
  uint64_t at = 0;    // in it
  uint64_t file = 0, lines = 0;

  bool operator==(const Place&) const = default;
};

// What a place is called. The texts are UTF-8 without NUL.
struct Name {
  char function[512];
  char file[1024];
  uint32_t function_length = 0, file_length = 0;
  uint32_t line = 0;
};

// Whether the number is this place's.
bool is(uint32_t number, const Place& place);
// The place's number; `describe` is asked for its name when it is met first, which is then announced. 0 where
// there is no room for it.
uint32_t number_of(const Place& place, void (*describe)(const Place&, Name&));

// For a reader that knows none of them: each is announced when it is met again, under another number.
void begin_anew();

// After fork, in the child: another thread of the parent may have held the lock.
void reset_lock();

}  // namespace ajar::agent::places
