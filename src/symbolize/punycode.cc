#include "symbolize/punycode.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "symbolize/utf8.h"

namespace ajar::symbolize {
namespace {

// The parameters of RFC 3492, section 5.
constexpr std::uint32_t kBase = 36;
constexpr std::uint32_t kLowest = 1;
constexpr std::uint32_t kHighest = 26;
constexpr std::uint32_t kSkew = 38;
constexpr std::uint32_t kDamp = 700;
constexpr std::uint32_t kFirstBias = 72;
constexpr std::uint32_t kFirstCharacter = 0x80;
constexpr std::uint64_t kLargest = UINT32_MAX;

std::optional<std::uint32_t> digit(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<std::uint32_t>(c - 'a');
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0') + 26;
  return std::nullopt;
}

// Section 6.1.
std::uint32_t adapt(std::uint64_t delta, std::uint64_t points, bool first) {
  delta /= first ? kDamp : 2;
  delta += delta / points;
  std::uint32_t k = 0;
  for (; delta > ((kBase - kLowest) * kHighest) / 2; k += kBase) delta /= kBase - kLowest;
  return k + static_cast<std::uint32_t>((kBase - kLowest + 1) * delta / (delta + kSkew));
}

// A number of variable length from the front of `digits`; see section 3.3.
std::optional<std::uint64_t> take_delta(std::string_view& digits, std::uint32_t bias) {
  std::uint64_t delta = 0;
  std::uint64_t weight = 1;
  for (std::uint32_t k = kBase; !digits.empty(); k += kBase) {
    const auto value = digit(digits.front());
    if (!value) return std::nullopt;
    digits.remove_prefix(1);
    delta += *value * weight;
    const std::uint32_t threshold = k <= bias ? kLowest : std::min(k - bias, kHighest);
    if (*value < threshold) return delta <= kLargest ? std::optional(delta) : std::nullopt;
    weight *= kBase - threshold;
    if (weight > kLargest || delta > kLargest) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

bool append_punycode(std::string_view ascii, std::string_view digits, std::string& out) {
  std::u32string text(ascii.begin(), ascii.end());
  std::uint64_t character = kFirstCharacter;
  std::uint64_t at = 0;
  std::uint32_t bias = kFirstBias;
  for (bool first = true; !digits.empty(); first = false) {
    const auto delta = take_delta(digits, bias);
    if (!delta) return false;
    at += *delta;
    const std::uint64_t points = text.size() + 1;
    bias = adapt(*delta, points, first);
    character += at / points;
    at %= points;
    if (character > kLargest) return false;
    text.insert(text.begin() + static_cast<std::ptrdiff_t>(at), static_cast<char32_t>(character));
    ++at;
  }
  return std::ranges::all_of(text, [&](char32_t c) { return append_utf8(c, out); });
}

}  // namespace ajar::symbolize
