#pragma once

#include <stdint.h>

// Which numbers events have lately told to be opened, for who has to know whether a descriptor is another's.
// Noted from when somebody has asked for it, so that all others pay for nothing.
namespace ajar::agent::told {

inline constexpr int kNumbers = 1024;  // higher ones are not noted

struct Told {
  bool wanted = false;
  uint64_t serial = 0;
  uint64_t at[kNumbers] = {};  // the serial of the last event that told of the number
};
extern Told told;

inline bool is_noted(int number) {
  return number >= 0 && number < kNumbers;
}

inline void note(int number) {
  if (!is_noted(number)) return;
  __atomic_store_n(&told.at[number], __atomic_add_fetch(&told.serial, uint64_t{1}, __ATOMIC_RELAXED),
                   __ATOMIC_RELEASE);
}

// A moment, for since().
inline uint64_t moment() {
  return __atomic_load_n(&told.serial, __ATOMIC_ACQUIRE);
}
inline bool since(uint64_t moment, int number) {
  return is_noted(number) && __atomic_load_n(&told.at[number], __ATOMIC_ACQUIRE) > moment;
}

inline bool wanted() {
  return __builtin_expect(__atomic_load_n(&told.wanted, __ATOMIC_RELAXED), 0);
}
inline void want() {
  if (!wanted()) __atomic_store_n(&told.wanted, true, __ATOMIC_SEQ_CST);
}

}  // namespace ajar::agent::told
