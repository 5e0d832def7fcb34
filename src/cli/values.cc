#include "cli/values.h"

#include <fmt/core.h>

#include "base/number.h"

namespace ajar::cli {

base::Result<std::uint64_t> parse_number(std::string_view text, std::uint64_t least, std::uint64_t most) {
  const auto number = base::parse_number(text);
  if (number && *number >= least && *number <= most) return *number;
  return base::Error(fmt::format("'{}' is no number from {} to {}", text, least, most));
}

}  // namespace ajar::cli
