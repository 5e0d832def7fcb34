#include "symbolize/managed_name.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace ajar::symbolize {
namespace {

// Functions of scripts, as V8's log calls them (LogEventListener::CodeTag), by version.
constexpr auto kScriptTags =
    std::to_array<std::string_view>({"JS:", "LazyCompile:", "Function:", "Script:", "Eval:"});
// How far the code was compiled: not, baseline, maglev, turbofan.
constexpr std::string_view kTiers = "~^+*";
// Words before a function's name.
constexpr auto kKinds = std::to_array<std::string_view>({"get ", "set ", "bound ", "async ", "static "});
constexpr std::string_view kPython = "py::";
constexpr std::string_view kFileUrl = "file://";

// A number behind a colon at the end, and both taken away.
std::optional<std::uint32_t> take_number(std::string_view& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon + 1 == text.size()) return std::nullopt;
  std::uint32_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  text = text.substr(0, colon);
  return value;
}

std::size_t end_of_function(std::string_view text) {
  std::size_t begin = 0;
  for (const std::string_view kind : kKinds) {
    if (text.starts_with(kind)) begin = kind.size();
  }
  return std::min(text.find(' ', begin), text.size());
}

// "open /srv/app.js:12:3": line and column, or in older versions the line alone.
ManagedName of_script(std::string_view text) {
  ManagedName name;
  const std::size_t end = end_of_function(text);
  name.function = end == 0 ? "(anonymous)" : text.substr(0, end);
  std::string_view place = text.substr(std::min(end + 1, text.size()));
  const auto last = take_number(place);
  const auto before = last ? take_number(place) : std::nullopt;
  if (place.starts_with(kFileUrl)) place.remove_prefix(kFileUrl.size());
  name.file = place;
  if (!place.empty()) name.line = before.value_or(last.value_or(0));
  return name;
}

ManagedName of_python(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  ManagedName name{.function = std::string(text.substr(0, colon)), .file = {}};
  name.file = text.substr(std::min(colon + 1, text.size()));
  return name;
}

}  // namespace

ManagedName managed_name(std::string_view text) {
  for (const std::string_view tag : kScriptTags) {
    if (!text.starts_with(tag)) continue;
    const std::string_view rest = text.substr(tag.size());
    return of_script(rest.substr(std::min(rest.find_first_not_of(kTiers), rest.size())));
  }
  if (text.starts_with(kPython) && text.size() > kPython.size())
    return of_python(text.substr(kPython.size()));
  return {.function = std::string(text), .file = {}};
}

}  // namespace ajar::symbolize
