#include "report/words.h"

#include <chrono>
#include <cmath>
#include <cstdio>

namespace ajar::report {
namespace {

std::string decimals(double value, int places) {
  char text[64];
  const int length = std::snprintf(text, sizeof text, "%.*f", places, value);
  return {text, length > 0 ? static_cast<std::size_t>(length) : 0};
}

std::string two_units(double seconds, double big, const char* big_name, double small,
                      const char* small_name) {
  const double smalls = std::round(seconds / small);
  const double bigs = std::floor(smalls * small / big);
  const double rest = smalls - bigs * (big / small);
  std::string text = decimals(bigs, 0) + " " + big_name;
  if (rest > 0) text += " " + decimals(rest, 0) + " " + small_name;
  return text;
}

}  // namespace

std::string duration(double seconds) {
  if (!(seconds > 0)) return "0 s";
  if (seconds < 0.0005) return "under 1 ms";
  if (seconds < 0.05) return decimals(seconds, 3) + " s";
  if (seconds < 99.95) return decimals(seconds, 1) + " s";
  if (seconds < 3600 - 0.5) return two_units(seconds, 60, "min", 1, "s");
  if (seconds < 86400 - 30) return two_units(seconds, 3600, "h", 60, "min");
  return two_units(seconds, 86400, "d", 3600, "h");
}

std::string moment(double seconds) {
  return decimals(seconds, 6) + " s";
}

std::string utc(std::int64_t unix_ns) {
  using namespace std::chrono;
  const sys_time<seconds> time(floor<seconds>(nanoseconds(unix_ns)));
  const sys_days day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  char text[64];
  const int length =
      std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                    static_cast<int>(clock.seconds().count()));
  return {text, length > 0 ? static_cast<std::size_t>(length) : 0};
}

std::string utc_span(std::int64_t from_unix_ns, std::int64_t until_unix_ns) {
  constexpr std::size_t kDate = 11;  // characters, with the blank
  const std::string from = utc(from_unix_ns);
  const std::string until = utc(until_unix_ns);
  const bool same_day = from.substr(0, kDate) == until.substr(0, kDate);
  return from + " to " + (same_day ? until.substr(kDate) : until);
}

std::string thousands(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  std::string text = thousands(number) + " ";
  return text.append(number == 1 ? one : many);
}

std::string rate(double per_second) {
  if (per_second >= 1000) return thousands(static_cast<std::uint64_t>(std::llround(per_second))) + "/s";
  if (per_second >= 0.1) return decimals(per_second, 1) + "/s";
  if (per_second >= 0.1 / 60) return decimals(per_second * 60, 1) + "/min";
  return decimals(per_second * 3600, 1) + "/h";
}

std::string_view verdict_word(Verdict verdict) {
  switch (verdict) {
    case Verdict::leak:
      return "leak";
    case Verdict::suspect:
      return "suspect";
    case Verdict::steady:
      return "steady";
    case Verdict::one_off:
      return "one-off";
  }
  return "suspect";
}

}  // namespace ajar::report
