#include "cli/values.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/number.h"

namespace ajar::cli {
namespace {

constexpr std::array<std::pair<std::string_view, double>, 6> units = {
    {{"", 1}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}}};

// Longer than any program runs, and far from overflowing nanoseconds.
constexpr double longest_seconds = 86400.0 * 36500;

}  // namespace

base::Result<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  double number = 0;
  const char* const end = text.data() + digits;
  const auto [stopped, problem] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (digits > 0 && problem == std::errc{} && stopped == end) {
    for (const auto& [unit, seconds] : units) {
      if (text.substr(digits) != unit || number * seconds > longest_seconds) continue;
      return std::chrono::nanoseconds(static_cast<std::int64_t>(std::llround(number * seconds * 1e9)));
    }
  }
  return base::Error(fmt::format("'{}' is no duration; write it as 500ms, 10s, 2m or 1h", text));
}

base::Result<std::uint64_t> parse_number(std::string_view text, std::uint64_t least, std::uint64_t most) {
  const auto number = base::parse_number(text);
  if (number && *number >= least && *number <= most) return *number;
  return base::Error(fmt::format("'{}' is no number from {} to {}", text, least, most));
}

}  // namespace ajar::cli
