#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

#include "wire/wire.h"

namespace ajar::capture::segment {

// A record's fixed part, and the bytes after it. Not `whole` where the record is too short to be one.
template <typename T>
struct Parsed {
  bool whole = false;
  T fixed{};
  std::string_view rest;
};

template <typename T>
Parsed<T> parse(const ajar_record& record) {
  Parsed<T> parsed;
  if (record.length < sizeof(T)) return parsed;
  const char* bytes = reinterpret_cast<const char*>(&record);
  std::memcpy(&parsed.fixed, bytes, sizeof(T));
  parsed.rest = {bytes + sizeof(T), record.length - sizeof(T)};
  parsed.whole = true;
  return parsed;
}

// The first `count` bytes of `rest`, or as many as there are, taken off it.
inline std::string_view take(std::string_view& rest, std::size_t count) {
  const std::string_view taken = rest.substr(0, count);
  rest.remove_prefix(taken.size());
  return taken;
}

}  // namespace ajar::capture::segment
