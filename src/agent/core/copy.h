#pragma once

#include <stdint.h>

namespace ajar::agent {

// For what goes into records, which is short: what the compiler makes of memcpy takes longer to begin than
// this does in all, and is in no library that every agent has.
inline void copy_words(void* to, const void* from, uint32_t size) {
  constexpr uint32_t kWord = 8;
  auto* out = static_cast<uint8_t*>(to);
  const auto* in = static_cast<const uint8_t*>(from);
  uint32_t at = 0;
  for (; at + kWord <= size; at += kWord) {
    __builtin_memcpy(out + at, in + at, kWord);
    asm("" : "+r"(at));  // it would be taken for a memcpy
  }
  for (; at < size; ++at) {
    out[at] = in[at];
    asm("" : "+r"(at));
  }
}

inline uint32_t aligned8(uint32_t n) {
  return (n + 7U) & ~7U;
}

}  // namespace ajar::agent
