#include "import/text/clock.h"

#include <chrono>

#include "base/number.h"

namespace ajar::import {
namespace {

std::optional<std::int64_t> nanoseconds(std::string_view digits) {
  if (digits.empty()) return 0;
  if (digits.size() > 9) return std::nullopt;
  const auto number = base::parse_number<std::uint32_t>(digits);
  if (!number) return std::nullopt;
  std::int64_t value = *number;
  for (std::size_t i = digits.size(); i < 9; ++i) value *= 10;
  return value;
}

}  // namespace

std::optional<unsigned> take_number(std::string_view& text, std::size_t digits, char sign) {
  std::size_t length = 0;
  while (length < text.size() && length < digits && text[length] >= '0' && text[length] <= '9') ++length;
  const auto number = base::parse_number<unsigned>(text.substr(0, length));
  text.remove_prefix(length);
  if (!number) return std::nullopt;
  if (sign == 0) return number;
  if (!text.starts_with(sign)) return std::nullopt;
  text.remove_prefix(1);
  return number;
}

std::optional<std::int64_t> unix_ns_of(const ClockTime& time, std::string_view fraction) {
  if (time.year < 1970 || time.year > 2261 || time.hour > 23 || time.minute > 59 || time.second > 60)
    return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(time.year)),
                                         std::chrono::month(time.month), std::chrono::day(time.day));
  const auto behind_the_point = nanoseconds(fraction);
  if (!date.ok() || !behind_the_point) return std::nullopt;
  const std::chrono::nanoseconds since = std::chrono::sys_days(date).time_since_epoch() +
                                         std::chrono::hours(time.hour) + std::chrono::minutes(time.minute) +
                                         std::chrono::seconds(time.second);
  return since.count() + *behind_the_point;
}

}  // namespace ajar::import
