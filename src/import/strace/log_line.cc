#include "import/strace/log_line.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/number.h"

namespace ajar::import::strace {
namespace {

using namespace std::chrono_literals;
using Clock = Stamp::Clock;

constexpr std::uint64_t kMostPid = 1U << 22U;  // PID_MAX_LIMIT

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

void skip_blanks(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(' ')));
}

// The digits in front, which are cut off; at most so many that they fit.
struct Digits {
  std::uint64_t value = 0;
  std::size_t count = 0;
};
Digits take_digits(std::string_view& rest) {
  constexpr std::size_t kMost = 18;
  Digits digits;
  while (digits.count < std::min(rest.size(), kMost) && is_digit(rest[digits.count]))
    digits.value = digits.value * 10 + static_cast<std::uint64_t>(rest[digits.count++] - '0');
  rest.remove_prefix(digits.count);
  return digits;
}

// ".000123", of any precision.
model::Time take_fraction(std::string_view& rest) {
  constexpr std::size_t kNanoseconds = 9;
  if (!rest.starts_with('.')) return {};
  rest.remove_prefix(1);
  Digits digits = take_digits(rest);
  for (std::size_t i = digits.count; i < kNanoseconds; ++i) digits.value *= 10;
  for (std::size_t i = kNanoseconds; i < digits.count; ++i) digits.value /= 10;
  return model::Time(static_cast<std::int64_t>(digits.value));
}

// ":30:27" behind the hour.
bool take_clock(std::uint64_t hours, std::string_view& rest, Stamp& stamp) {
  std::string_view tried = rest.substr(1);
  const Digits minutes = take_digits(tried);
  if (minutes.count != 2 || !tried.starts_with(':')) return false;
  tried.remove_prefix(1);
  const Digits seconds = take_digits(tried);
  if (seconds.count != 2) return false;
  const std::uint64_t whole = (hours * 60 + minutes.value) * 60 + seconds.value;
  stamp = {.clock = Clock::of_day,
           .time = std::chrono::seconds(static_cast<std::int64_t>(whole)) + take_fraction(tried)};
  rest = tried;
  return true;
}

// A pid or a time, whatever stands in front; false where it is neither.
bool take_number(std::string_view& rest, LogLine& line) {
  std::string_view tried = rest;
  const Digits number = take_digits(tried);
  if (number.count == 0 || tried.empty()) return false;
  if (tried[0] == ':' && number.count == 2) {
    if (!take_clock(number.value, tried, line.stamp)) return false;
  } else if (tried[0] == '.' || number.value > kMostPid) {
    constexpr std::uint64_t kFirstDate = 100'000'000;  // in 1973: no run is so long
    const bool is_date = number.value >= kFirstDate;
    constexpr std::uint64_t kLastDate = 9'000'000'000;  // what nanoseconds have room for
    if (number.value > kLastDate) return false;
    line.stamp = {
        .clock = is_date ? Clock::unix_time : Clock::since_last,
        .time = std::chrono::seconds(static_cast<std::int64_t>(number.value)) + take_fraction(tried)};
  } else if (tried[0] == ' ' && line.pid == 0 && line.stamp.clock == Clock::none) {
    line.pid = static_cast<std::uint32_t>(number.value);
  } else if (tried[0] == '<' && line.pid == 0) {  // with the command's name
    const std::size_t end = tried.find("> ");
    if (end == std::string_view::npos) return false;
    line.pid = static_cast<std::uint32_t>(number.value);
    tried.remove_prefix(end + 1);
  } else {
    return false;
  }
  if (!tried.empty() && tried[0] != ' ') return false;
  rest = tried;
  return true;
}

// "[pid  812] ", "[pid 812<sh>] ", "[00007f33…] " (-i), "[  59] " (-n), "(+     0.000123) " (-r with -t).
bool take_bracket(std::string_view& rest, LogLine& line) {
  const char close = rest[0] == '[' ? ']' : ')';
  const std::size_t end = rest.find(std::string_view(close == ']' ? "] " : ") "));
  if (end == std::string_view::npos) return false;
  std::string_view inside = rest.substr(1, end - 1);
  constexpr std::string_view kPid = "pid ";
  if (close == ']' && inside.starts_with(kPid)) {
    inside.remove_prefix(kPid.size());
    skip_blanks(inside);
    const Digits pid = take_digits(inside);
    if (pid.count == 0 || pid.value > kMostPid) return false;
    line.pid = static_cast<std::uint32_t>(pid.value);
  } else {
    const bool is_place = inside.find_first_not_of("0123456789abcdefx? ") == std::string_view::npos;
    if (close == ']' ? !is_place : !inside.starts_with('+')) return false;
  }
  rest.remove_prefix(end + 1);
  return true;
}

void take_prefix(std::string_view& rest, LogLine& line) {
  while (true) {
    skip_blanks(rest);
    if (rest.empty()) return;
    const bool taken = is_digit(rest[0])                  ? take_number(rest, line)
                       : rest[0] == '[' || rest[0] == '(' ? take_bracket(rest, line)
                                                          : false;
    if (!taken) return;
  }
}

// " <unfinished ...>", " <detached ...>", " <pid changed to 812 ...>".
void take_unfinished(LogLine& line) {
  constexpr std::string_view kEnd = " ...>";
  if (!line.text.ends_with(kEnd)) return;
  const std::size_t begin = line.text.rfind('<');
  if (begin == std::string_view::npos) return;
  std::string_view why = line.text.substr(begin + 1);
  constexpr std::string_view kChanged = "pid changed to ";
  if (why.starts_with(kChanged)) {
    why.remove_prefix(kChanged.size());
    line.other = static_cast<std::uint32_t>(std::min(take_digits(why).value, kMostPid));
  } else if (!why.starts_with("unfinished") && !why.starts_with("detached")) {
    return;
  }
  line.unfinished = true;
  line.text = line.text.substr(0, begin);
}

bool take_call(std::string_view rest, LogLine& line) {
  const auto end = std::ranges::find_if_not(rest, is_in_name);
  const auto length = static_cast<std::size_t>(end - rest.begin());
  if (length == 0 || length == rest.size() || rest[length] != '(' || is_digit(rest[0])) return false;
  line.what = LogLine::What::call;
  line.name = rest.substr(0, length);
  line.text = rest.substr(length + 1);
  take_unfinished(line);
  return true;
}

bool take_resumed(std::string_view rest, LogLine& line) {
  constexpr std::string_view kResumed = " resumed>";
  rest.remove_prefix(std::string_view("<... ").size());
  const std::size_t end = rest.find(kResumed);
  if (end == std::string_view::npos) return false;
  line.what = LogLine::What::resumed;
  line.name = rest.substr(0, end);
  line.text = rest.substr(end + kResumed.size());
  take_unfinished(line);
  return true;
}

// "strace: Process 812 attached", also "… with 3 threads"; older ones begin with "Process".
std::uint32_t attached_pid(std::string_view text) {
  constexpr std::string_view kStrace = "strace: ";
  constexpr std::string_view kProcess = "Process ";
  if (text.starts_with(kStrace)) text.remove_prefix(kStrace.size());
  if (!text.starts_with(kProcess)) return 0;
  text.remove_prefix(kProcess.size());
  const Digits pid = take_digits(text);
  return text.starts_with(" attached") && pid.value <= kMostPid ? static_cast<std::uint32_t>(pid.value) : 0;
}

// What stands between "+++ " and " +++".
std::string_view between_marks(std::string_view rest) {
  rest.remove_prefix(4);
  return rest.substr(0, rest.size() < 4 ? 0 : rest.size() - 4);
}

}  // namespace

LogLine parse_line(std::string_view line) {
  constexpr std::string_view kFrame = " > ";
  LogLine parsed;
  if (line.starts_with(kFrame)) {
    parsed.what = LogLine::What::frame;
    parsed.text = line.substr(kFrame.size());
    return parsed;
  }
  std::string_view rest = line;
  take_prefix(rest, parsed);
  if (take_call(rest, parsed)) return parsed;
  if (rest.starts_with("<... ") && take_resumed(rest, parsed)) return parsed;
  if (rest.starts_with("+++ ") && rest.ends_with(" +++")) {
    parsed.what = LogLine::What::ended;
    parsed.text = between_marks(rest);
  } else if (rest.starts_with("--- ") && rest.ends_with(" ---")) {
    parsed.what = LogLine::What::signal;
    parsed.text = between_marks(rest);
  } else if (const std::uint32_t pid = attached_pid(rest); pid != 0) {
    parsed.what = LogLine::What::attached;
    parsed.other = pid;
  }
  return parsed;
}

bool is_interrupted(std::string_view line, Interruption& interruption) {
  constexpr std::string_view kMessage = "strace: Process ";
  if (!line.ends_with(" attached") && !line.ends_with(" threads")) return false;
  const std::size_t at = line.rfind(kMessage);
  if (at == std::string_view::npos || at == 0) return false;
  const std::uint32_t pid = attached_pid(line.substr(at));
  if (pid == 0) return false;
  interruption = {.before = line.substr(0, at), .pid = pid};
  return true;
}

}  // namespace ajar::import::strace
