#include "symbolize/perf_map.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace ajar::symbolize {
namespace {

constexpr std::size_t kLongestName = 4096;

struct Line {
  std::uint64_t begin = 0, size = 0;
  std::string_view name;
};

// A number in hex and the space behind it; Java writes "0x" before its digits.
std::optional<std::uint64_t> take_number(std::string_view& line) {
  if (line.starts_with("0x")) line.remove_prefix(2);
  std::uint64_t value = 0;
  const char* const end = line.data() + line.size();
  const auto [stop, error] = std::from_chars(line.data(), end, value, 16);
  if (error != std::errc() || stop == end || *stop != ' ') return std::nullopt;
  line.remove_prefix(static_cast<std::size_t>(stop - line.data()) + 1);
  return value;
}

std::optional<Line> parse(std::string_view line) {
  const auto begin = take_number(line);
  const auto size = begin ? take_number(line) : std::nullopt;
  if (!size || line.empty()) return std::nullopt;
  return Line{.begin = *begin, .size = *size, .name = line.substr(0, kLongestName)};
}

// Takes what is before the text's last '\n' as a line, and that away.
std::string_view take_last_line(std::string_view& text) {
  text.remove_suffix(1);
  const std::size_t before = text.rfind('\n');
  const std::string_view line = text.substr(before + 1);
  text = text.substr(0, before + 1);
  return line;
}

}  // namespace

// From the end, so that each address is found once and then done with.
std::map<std::uint64_t, std::string_view> find_in_perf_map(std::string_view text,
                                                           std::set<std::uint64_t> addresses) {
  std::map<std::uint64_t, std::string_view> names;
  text = text.substr(0, text.rfind('\n') + 1);
  while (!text.empty() && !addresses.empty()) {
    const auto line = parse(take_last_line(text));
    if (!line) continue;
    const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - line->begin;
    const std::uint64_t end = line->begin + std::min(line->size, room);
    auto at = addresses.lower_bound(line->begin);
    while (at != addresses.end() && *at < end) {
      names.emplace(*at, line->name);
      at = addresses.erase(at);
    }
  }
  return names;
}

}  // namespace ajar::symbolize
