#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace ajar::base {

// The number that the whole text is, in that base; nothing for anything else: blanks, a sign that T has not,
// a number too large for it, no text at all.
template <std::integral T = std::uint64_t>
std::optional<T> parse_number(std::string_view text, int base = 10) {
  T value{};
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value, base);
  return error == std::errc() && end == last ? std::optional(value) : std::nullopt;
}

// "0x1f0003".
inline std::string in_hex(std::uint64_t number) {
  char digits[2 * sizeof(number)];
  const auto written = std::to_chars(std::begin(digits), std::end(digits), number, 16);
  return "0x" + std::string(std::begin(digits), written.ptr);
}

}  // namespace ajar::base
