#include "import/perfmon/moments.h"

#include "base/number.h"
#include "import/text/clock.h"

namespace ajar::import::perfmon {
namespace {

constexpr std::uint64_t kUnixEpoch = 116'444'736'000'000'000;  // 100 ns from 1601 to 1970

}  // namespace

std::optional<std::int64_t> parse_moment(std::string_view text) {
  const auto month = take_number(text, 2, '/');
  const auto day = month ? take_number(text, 2, '/') : month;
  const auto year = day ? take_number(text, 4, ' ') : day;
  const auto hour = year ? take_number(text, 2, ':') : year;
  const auto minute = hour ? take_number(text, 2, ':') : hour;
  const auto second = minute ? take_number(text, 2, 0) : minute;
  if (!second) return std::nullopt;
  if (!text.empty()) {
    if ((text.front() != '.' && text.front() != ',') || text.size() == 1) return std::nullopt;
    text.remove_prefix(1);
  }
  return unix_ns_of({*year, *month, *day, *hour, *minute, *second}, text);
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
