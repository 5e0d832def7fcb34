#pragma once

#include <stdint.h>

namespace ajar::agent {

// The line of an instruction of CPython 3.11 and later, from co_linetable: entries of a first byte (1, a code of
// 4 bits, the length in code units of 2 bytes less one) and what the code says of line and columns (CPython's
// Objects/locations.md). `unit` counts code units. 0 where the code has no line there.
inline int64_t python_line(const uint8_t* table, uint64_t size, int64_t first_line, uint64_t unit) {
  constexpr unsigned kNoLine = 15, kLong = 14, kNoColumns = 13, kOneLine0 = 10;
  uint64_t at = 0;
  const auto signed_number = [&] {
    uint64_t value = 0;
    for (unsigned shift = 0; at < size && shift < 64; shift += 6) {
      const uint8_t byte = table[at++];
      value |= static_cast<uint64_t>(byte & 0x3fU) << shift;
      if ((byte & 0x40U) == 0) break;
    }
    const auto magnitude = static_cast<int64_t>(value >> 1U);
    return (value & 1U) != 0 ? -magnitude : magnitude;
  };
  int64_t line = first_line;
  for (uint64_t begin = 0; at < size;) {
    const uint8_t first = table[at++];
    const unsigned code = (first >> 3U) & 15U;
    if (code == kLong || code == kNoColumns) {
      line = static_cast<int64_t>(static_cast<uint64_t>(line) + static_cast<uint64_t>(signed_number()));
    } else if (code >= kOneLine0 && code < kNoColumns) {
      line += code - kOneLine0;
    }
    while (at < size && (table[at] & 0x80U) == 0) ++at;  // the columns
    const uint64_t end = begin + (first & 7U) + 1;
    if (unit < end) return code == kNoLine ? 0 : line;
    begin = end;
  }
  return first_line;
}

}  // namespace ajar::agent
