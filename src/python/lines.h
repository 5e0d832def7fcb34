#pragma once

#include <stdint.h>

namespace ajar::python {

// How a code object of CPython tells the lines of its instructions.
enum class LineTable : uint8_t {
  increments,  // co_lnotab, up to 3.9 (Objects/lnotab_notes.txt): how far to the next line's, and how many
               // lines
  ranges,  // co_linetable of 3.10 (Objects/lnotab_notes.txt): how far it goes, and how many lines further it
           // is
  locations  // co_linetable from 3.11 on (Objects/locations.md)
};

struct TableBytes {
  const uint8_t* at;
  uint64_t size;
};

// Pairs of bytes: an unsigned length in bytes, and a signed number of lines.
inline int64_t line_by_increments(TableBytes table, int64_t line, uint64_t byte) {
  uint64_t begin = 0;
  for (uint64_t i = 0; i + 1 < table.size; i += 2) {
    begin += table.at[i];
    if (begin > byte) break;
    line += static_cast<int8_t>(table.at[i + 1]);
  }
  return line;
}

inline int64_t line_by_ranges(TableBytes table, int64_t line, uint64_t byte) {
  constexpr int8_t kNoLine = -128;
  uint64_t end = 0;
  for (uint64_t i = 0; i + 1 < table.size; i += 2) {
    end += table.at[i];
    const auto step = static_cast<int8_t>(table.at[i + 1]);
    if (step != kNoLine) line += step;
    if (byte < end) return step == kNoLine ? 0 : line;
  }
  return line;
}

// Entries of a first byte (1, a code of 4 bits, the length in instructions less one) and what the code says
// of line and columns.
inline int64_t line_by_locations(TableBytes table, int64_t line, uint64_t instruction) {
  constexpr unsigned kNoLine = 15, kLong = 14, kNoColumns = 13, kOneLine0 = 10;
  uint64_t at = 0;
  const auto signed_number = [&] {
    uint64_t value = 0;
    for (unsigned shift = 0; at < table.size && shift < 64; shift += 6) {
      const uint8_t byte = table.at[at++];
      value |= static_cast<uint64_t>(byte & 0x3fU) << shift;
      if ((byte & 0x40U) == 0) break;
    }
    const auto magnitude = static_cast<int64_t>(value >> 1U);
    return (value & 1U) != 0 ? -magnitude : magnitude;
  };
  const int64_t first_line = line;
  for (uint64_t begin = 0; at < table.size;) {
    const uint8_t first = table.at[at++];
    const unsigned code = (first >> 3U) & 15U;
    if (code == kLong || code == kNoColumns) {
      line = static_cast<int64_t>(static_cast<uint64_t>(line) + static_cast<uint64_t>(signed_number()));
    } else if (code >= kOneLine0 && code < kNoColumns) {
      line = static_cast<int64_t>(static_cast<uint64_t>(line) + (code - kOneLine0));
    }
    while (at < table.size && (table.at[at] & 0x80U) == 0) ++at;  // the columns
    const uint64_t end = begin + (first & 7U) + 1;
    if (instruction < end) return code == kNoLine ? 0 : line;
    begin = end;
  }
  return first_line;
}

// The line of an instruction, by its number: instructions are pairs of bytes, but numbers of 3.9 and before
// count bytes. 0 where the code has no line there.
inline int64_t python_line(LineTable kind, TableBytes table, int64_t first_line, uint64_t instruction) {
  if (kind == LineTable::increments) return line_by_increments(table, first_line, instruction);
  if (kind == LineTable::ranges) return line_by_ranges(table, first_line, instruction * 2);
  return line_by_locations(table, first_line, instruction);
}

}  // namespace ajar::python
