#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "symbolize/demangle_languages.h"
#include "symbolize/utf8.h"

// Rust's older names look like C++'s, with a hash as the last part and characters that C++ has not spelled
// `$LT$`.
namespace ajar::symbolize {
namespace {

constexpr std::string_view kHashPrefix = "::h";
constexpr std::size_t kHashLength = 16;

constexpr auto kEscapes = std::to_array<std::pair<std::string_view, char>>({
    {"LT", '<'},
    {"GT", '>'},
    {"RF", '&'},
    {"BP", '*'},
    {"LP", '('},
    {"RP", ')'},
    {"SP", '@'},
    {"C", ','},
});

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

bool has_hash(std::string_view name) {
  if (name.size() <= kHashPrefix.size() + kHashLength) return false;
  const std::string_view tail = name.substr(name.size() - kHashPrefix.size() - kHashLength);
  return tail.starts_with(kHashPrefix) && std::ranges::all_of(tail.substr(kHashPrefix.size()), is_hex);
}

// What stands between two `$`: a name of the table, or `u` and the character's number in hex. False if it is
// neither.
bool append_escape(std::string_view escape, std::string& out) {
  const auto* const row = std::ranges::find(kEscapes, escape, &std::pair<std::string_view, char>::first);
  if (row != kEscapes.end()) {
    out += row->second;
    return true;
  }
  std::uint32_t value = 0;
  const char* const end = escape.data() + escape.size();
  if (!escape.starts_with('u') || std::from_chars(escape.data() + 1, end, value, 16).ptr != end) return false;
  return value >= ' ' && append_utf8(value, out);
}

}  // namespace

std::optional<std::string> demangle_rust_legacy(std::string_view demangled) {
  if (!has_hash(demangled)) return std::nullopt;
  std::string_view name = demangled;
  name.remove_suffix(kHashPrefix.size() + kHashLength);
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool begins_part = i == 0 || name[i - 1] == ':';
    if (begins_part && name.substr(i).starts_with("_$")) continue;
    if (name.substr(i).starts_with("..")) {
      out += "::";
      ++i;
      continue;
    }
    const std::size_t close = name[i] == '$' ? name.find('$', i + 1) : std::string_view::npos;
    if (close != std::string_view::npos && append_escape(name.substr(i + 1, close - i - 1), out)) {
      i = close;
    } else {
      out += name[i];
    }
  }
  return out;
}

}  // namespace ajar::symbolize
