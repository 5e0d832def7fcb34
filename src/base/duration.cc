#include "base/duration.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

namespace ajar::base {
namespace {

constexpr std::array<std::pair<std::string_view, double>, 6> kUnits = {
    {{"", 1}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}}};

// Longer than any program runs, and far from overflowing nanoseconds.
constexpr double kLongestSeconds = 86400.0 * 36500;

}  // namespace

Result<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  double number = 0;
  const char* const end = text.data() + digits;
  const auto [stopped, problem] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (digits > 0 && problem == std::errc{} && stopped == end) {
    for (const auto& [unit, seconds] : kUnits) {
      if (text.substr(digits) != unit || number * seconds > kLongestSeconds) continue;
      return std::chrono::nanoseconds(static_cast<std::int64_t>(std::llround(number * seconds * 1e9)));
    }
  }
  return Error("'" + std::string(text) + "' is no duration; write it as 500ms, 10s, 2m or 1h");
}

}  // namespace ajar::base
