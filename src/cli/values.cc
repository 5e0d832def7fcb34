#include "cli/values.h"

#include <fmt/core.h>

#include <utility>

#include "base/number.h"

namespace ajar::cli {

base::Result<std::uint64_t> parse_number(std::string_view text, std::uint64_t least, std::uint64_t most) {
  const auto number = base::parse_number(text);
  if (number && *number >= least && *number <= most) return *number;
  return base::Error(fmt::format("'{}' is no number from {} to {}", text, least, most));
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
  constexpr std::pair<std::string_view, unsigned> kUnits[] = {{"KB", 10U}, {"MB", 20U}, {"GB", 30U}};
  constexpr std::uint64_t kMost = 1U << 20U;  // of any unit
  for (const auto& [unit, shift] : kUnits) {
    if (!text.ends_with(unit)) continue;
    const auto number = base::parse_number(text.substr(0, text.size() - unit.size()));
    if (number && *number <= kMost) return *number << shift;
  }
  return std::nullopt;
}

}  // namespace ajar::cli
