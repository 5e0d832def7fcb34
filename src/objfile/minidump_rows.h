#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace ajar::objfile {

// A stream of a minidump: which one, and where its bytes are in the file.
struct MinidumpStream {
  std::string_view what;  // "handle data (stream 12)"
  std::uint64_t at = 0;   // in the file
  std::span<const std::byte> bytes;
};

// Where a thing of a minidump is: "the handle data (stream 12) at 0x2350".
std::string place_words(const MinidumpStream& stream);

// The rows of a stream, which all have the same size; that they are there has been seen to.
struct MinidumpRows {
  bool is_there = false;
  std::size_t count = 0;
  std::size_t row_size = 0;
  std::span<const std::byte> bytes;

  [[nodiscard]] std::span<const std::byte> row(std::size_t index) const {
    return bytes.subspan(index * row_size, row_size);
  }
};

// Of a stream that begins with the number of its rows, which follow at once or, as some writers have it,
// after four bytes of padding.
base::Result<MinidumpRows> read_counted_rows(const MinidumpStream& stream, std::size_t row_size);

// Of a stream that begins with a header which says its own size, that of a row, and how many there are.
base::Result<MinidumpRows> read_described_rows(const MinidumpStream& stream, std::size_t least);

// Of a stream that is one row.
base::Result<MinidumpRows> read_only_row(const MinidumpStream& stream, std::size_t least);

}  // namespace ajar::objfile
