#include "import/perfmon/moments.h"

#include <chrono>

#include "base/number.h"

namespace ajar::import::perfmon {
namespace {

constexpr std::uint64_t kUnixEpoch = 116'444'736'000'000'000;  // 100 ns from 1601 to 1970

// The number of up to `digits` digits at the text's front, which it takes away, with the sign behind it.
std::optional<unsigned> take(std::string_view& text, std::size_t digits, char sign) {
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

// Of a fraction of a second, what stands behind the point or comma.
std::optional<std::int64_t> nanoseconds(std::string_view digits) {
  if (digits.empty() || digits.size() > 9) return std::nullopt;
  auto number = base::parse_number<std::uint32_t>(digits);
  if (!number) return std::nullopt;
  std::int64_t value = *number;
  for (std::size_t i = digits.size(); i < 9; ++i) value *= 10;
  return value;
}

}  // namespace

std::optional<std::int64_t> parse_moment(std::string_view text) {
  const auto month = take(text, 2, '/');
  const auto day = month ? take(text, 2, '/') : month;
  const auto year = day ? take(text, 4, ' ') : day;
  const auto hour = year ? take(text, 2, ':') : year;
  const auto minute = hour ? take(text, 2, ':') : hour;
  const auto second = minute ? take(text, 2, 0) : minute;
  if (!second || *year < 1970 || *year > 2261 || *hour > 23 || *minute > 59 || *second > 60)
    return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day));
  if (!date.ok()) return std::nullopt;
  std::int64_t fraction = 0;
  if (!text.empty()) {
    const auto told = text.front() == '.' || text.front() == ',' ? nanoseconds(text.substr(1)) : std::nullopt;
    if (!told) return std::nullopt;
    fraction = *told;
  }
  const std::chrono::nanoseconds since = std::chrono::sys_days(date).time_since_epoch() +
                                         std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
                                         std::chrono::seconds(*second);
  return since.count() + fraction;
}

std::optional<std::int64_t> unix_ns_of_filetime(std::uint64_t filetime) {
  if (filetime < kUnixEpoch || filetime - kUnixEpoch > INT64_MAX / 100) return std::nullopt;
  return static_cast<std::int64_t>((filetime - kUnixEpoch) * 100);
}

std::int64_t bias_minutes(std::string_view first_field) {
  if (!first_field.ends_with(')')) return 0;
  first_field.remove_suffix(1);
  const std::size_t open = first_field.rfind('(');
  if (open == std::string_view::npos) return 0;
  const auto minutes = base::parse_number<std::int64_t>(first_field.substr(open + 1));
  constexpr std::int64_t kDay = 24 * 60;
  return minutes && *minutes > -kDay && *minutes < kDay ? *minutes : 0;
}

}  // namespace ajar::import::perfmon
