#include "objfile/minidump_rows.h"

#include <fmt/format.h>

#include "base/byte_reader.h"

namespace ajar::objfile {
namespace {

base::Result<MinidumpRows> rows_in(const MinidumpStream& stream, std::size_t begin, std::uint64_t count,
                                   std::uint64_t row_size) {
  // Neither is larger than 2^32, so this can't overflow.
  if (begin > stream.bytes.size() || count * row_size > stream.bytes.size() - begin) {
    return base::Error(
        fmt::format("{} says it has {} rows of {} bytes, but is {} bytes long: the file is damaged",
                    place_words(stream), count, row_size, stream.bytes.size()));
  }
  return MinidumpRows{.is_there = true,
                      .count = static_cast<std::size_t>(count),
                      .row_size = static_cast<std::size_t>(row_size),
                      .bytes = stream.bytes.subspan(begin)};
}

base::Error too_short(const MinidumpStream& stream) {
  return base::Error(
      fmt::format("{} is only {} bytes long: the file is damaged", place_words(stream), stream.bytes.size()));
}

}  // namespace

std::string place_words(const MinidumpStream& stream) {
  return fmt::format("the {} at {:#x}", stream.what, stream.at);
}

base::Result<MinidumpRows> read_counted_rows(const MinidumpStream& stream, std::size_t row_size) {
  constexpr std::size_t kPadded = 8;
  base::ByteReader in(stream.bytes);
  const auto count = in.read<std::uint32_t>();
  if (!in.ok()) return too_short(stream);
  const bool padded = stream.bytes.size() == kPadded + std::uint64_t{count} * row_size;
  return rows_in(stream, padded ? kPadded : sizeof(count), count, row_size);
}

base::Result<MinidumpRows> read_described_rows(const MinidumpStream& stream, std::size_t least) {
  constexpr std::uint32_t kLeastHeader = 12;
  base::ByteReader in(stream.bytes);
  const auto header = in.read<std::uint32_t>();
  const auto row_size = in.read<std::uint32_t>();
  const auto count = in.read<std::uint32_t>();
  if (!in.ok()) return too_short(stream);
  if (header < kLeastHeader || row_size < least) {
    return base::Error(
        fmt::format("{} says its header has {} bytes and each row {}, which is too few: the file is damaged",
                    place_words(stream), header, row_size));
  }
  return rows_in(stream, header, count, row_size);
}

base::Result<MinidumpRows> read_only_row(const MinidumpStream& stream, std::size_t least) {
  if (stream.bytes.size() < least) return too_short(stream);
  return rows_in(stream, 0, 1, stream.bytes.size());
}

}  // namespace ajar::objfile
