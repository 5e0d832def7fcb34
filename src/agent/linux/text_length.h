#pragma once

#include <stdint.h>

namespace ajar::agent {

inline constexpr uint32_t kLongestText = 4096;

// How long a text is, as far as that is less than kLongestText; else about as much. It is read by aligned
// words, each of which has a byte of the text and so lies in a page that can be read.
inline uint32_t length_of(const char* text) {
  using Word __attribute__((may_alias)) = uint64_t;
  constexpr uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080;
  asm("" : "+r"(text));  // the compiler knows the bounds of some texts
  const auto skipped = static_cast<uint32_t>(reinterpret_cast<uint64_t>(text) % sizeof(Word));
  const auto* word = reinterpret_cast<const Word*>(text - skipped);
  uint64_t bytes = *word | ((uint64_t{1} << (8 * skipped)) - 1);  // what is before the text is no NUL
  for (uint32_t end = 0; end < kLongestText; end += sizeof(Word)) {
    const uint64_t nuls = (bytes - kOnes) & ~bytes & kHighs;  // the lowest bit is in the first one
    if (nuls != 0) return end + static_cast<uint32_t>(__builtin_ctzll(nuls)) / 8 - skipped;
    bytes = *++word;
  }
  return kLongestText - skipped;
}

}  // namespace ajar::agent
