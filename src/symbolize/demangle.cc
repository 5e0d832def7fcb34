#include "symbolize/demangle.h"

#include <cxxabi.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

// Rust's older names look like C++'s, with a hash as the last part and characters that C++ has not spelled
// `$LT$`; so the C++ demangler does most of the work.
namespace ajar::symbolize {
namespace {

constexpr std::size_t kLongest = 8 * 1024;  // a demangled name can be very much longer than its mangled one
constexpr std::string_view kHashPrefix = "::h";
constexpr std::size_t kHashLength = 16;

constexpr auto kRustEscapes = std::to_array<std::pair<std::string_view, char>>({
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

bool has_rust_hash(std::string_view name) {
  if (name.size() <= kHashPrefix.size() + kHashLength) return false;
  const std::string_view tail = name.substr(name.size() - kHashPrefix.size() - kHashLength);
  return tail.starts_with(kHashPrefix) && std::ranges::all_of(tail.substr(kHashPrefix.size()), is_hex);
}

// What stands between two `$`: a name of the table, or `u` and the character's number in hex.
std::optional<char> rust_escape(std::string_view escape) {
  const auto* const row = std::ranges::find(kRustEscapes, escape, &std::pair<std::string_view, char>::first);
  if (row != kRustEscapes.end()) return row->second;
  unsigned value = 0;
  const char* const end = escape.data() + escape.size();
  if (!escape.starts_with('u') || std::from_chars(escape.data() + 1, end, value, 16).ptr != end)
    return std::nullopt;
  return value > 0 && value < 0x80 ? std::optional(static_cast<char>(value)) : std::nullopt;
}

std::string as_rust(std::string_view name) {
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
    const auto escaped =
        close == std::string_view::npos ? std::nullopt : rust_escape(name.substr(i + 1, close - i - 1));
    out += escaped.value_or(name[i]);
    if (escaped.has_value()) i = close;
  }
  return out;
}

}  // namespace

std::string demangle(std::string_view name) {
  std::string mangled(name);
  // Without this prefix the demangler would read a name as a type: "i" as "int".
  if (!name.starts_with("_Z") || name.size() > kLongest) return mangled;
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> made(
      abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status), &std::free);
  if (status != 0 || made == nullptr) return mangled;
  const std::string_view text = made.get();
  return has_rust_hash(text) ? as_rust(text) : std::string(text);
}

}  // namespace ajar::symbolize
