#include "tables/windows/answers.h"

#include <algorithm>
#include <limits>

#include "base/byte_reader.h"
#include "objfile/utf16.h"

namespace ajar::tables::windows {
namespace {

constexpr std::size_t kHead = 16, kRow = 40;

// An answer may say that there are more than it has room for.
std::size_t rows_in(std::span<const std::byte> answer) {
  base::ByteReader in(answer);
  const auto count = in.read<std::uint64_t>();
  if (answer.size() < kHead) return 0;
  return static_cast<std::size_t>(std::min<std::uint64_t>(count, (answer.size() - kHead) / kRow));
}

std::uint32_t clamped(std::uint64_t number) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(number, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace

std::vector<HandleRow> read_all_handles(std::span<const std::byte> answer) {
  std::vector<HandleRow> rows(rows_in(answer));
  base::ByteReader in(answer);
  in.skip(kHead);
  for (HandleRow& row : rows) {
    in.skip(8);  // where the object is: 0 for whoever is no administrator
    row.pid = in.read<std::int64_t>();
    row.value = in.read<std::uint64_t>();
    row.access = in.read<std::uint32_t>();
    in.skip(2);
    row.type = in.read<std::uint16_t>();
    row.attributes = in.read<std::uint32_t>();
    in.skip(4);
  }
  return rows;
}

std::vector<HandleRow> read_process_handles(std::span<const std::byte> answer, std::int64_t pid) {
  std::vector<HandleRow> rows(rows_in(answer));
  base::ByteReader in(answer);
  in.skip(kHead);
  for (HandleRow& row : rows) {
    row.pid = pid;
    row.value = in.read<std::uint64_t>();
    const auto handles = in.read<std::uint64_t>();
    const auto pointers = in.read<std::uint64_t>();
    row.counts = {.handles = clamped(handles), .pointers = clamped(pointers)};
    row.access = in.read<std::uint32_t>();
    row.type = in.read<std::uint32_t>();
    row.attributes = in.read<std::uint32_t>();
    in.skip(4);
  }
  return rows;
}

std::string read_text(std::span<const std::byte> answer, std::size_t at, std::uint64_t address) {
  base::ByteReader in(answer);
  in.seek(at);
  const auto length = in.read<std::uint16_t>();
  in.skip(6);
  const auto text_at = in.read<std::uint64_t>();
  base::ByteReader text(answer);
  text.seek(text_at - address);
  return objfile::utf8_of_utf16(text.bytes(length));
}

std::vector<ObjectType> read_object_types(std::span<const std::byte> answer, std::uint64_t address) {
  constexpr std::size_t kFirst = 8, kSize = 104, kNumber = 0x5a;
  constexpr std::uint32_t kFirstNumber = 2;
  constexpr std::uint64_t kAlignment = 8;
  std::vector<ObjectType> types;
  base::ByteReader head(answer);
  const auto count = head.read<std::uint32_t>();
  std::uint64_t at = kFirst;
  for (std::uint32_t i = 0; i < count; ++i) {
    base::ByteReader in(answer);
    in.seek(at);
    in.skip(2);
    const auto room = in.read<std::uint16_t>();
    in.skip(4);
    const auto text_at = in.read<std::uint64_t>();
    in.seek(at + kNumber);
    const std::uint32_t number = in.read<std::uint8_t>();
    if (!in.ok()) break;
    types.push_back({.name = read_text(answer, static_cast<std::size_t>(at), address), .number = number});
    const std::uint64_t next = (text_at + room + kAlignment - 1) / kAlignment * kAlignment - address;
    if (next < at + kSize || next > answer.size()) break;
    at = next;
  }
  const bool numbered = std::ranges::any_of(types, [](const ObjectType& type) { return type.number != 0; });
  for (std::uint32_t i = 0; i < types.size() && !numbered; ++i) types[i].number = kFirstNumber + i;
  return types;
}

}  // namespace ajar::tables::windows
