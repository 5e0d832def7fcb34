#include "symbolize/demangle.h"

#include <array>
#include <optional>

#include "symbolize/demangle_languages.h"

namespace ajar::symbolize {
namespace {

// What gcc and clang append when they make a function out of a part of one, or of a copy.
struct Addition {
  std::string_view word;
  bool always_numbered = true;
};
constexpr auto kAdditions = std::to_array<Addition>({
    {".cold", false},
    {".localalias", false},
    {".part"},
    {".constprop"},
    {".isra"},
    {".lto_priv"},
    {".llvm"},
    {".clone"},
    {".__uniq"},
});

// The name without its last addition, if it has one.
std::string_view without_one(std::string_view name) {
  const std::size_t digits = name.find_last_not_of("0123456789") + 1;
  const bool numbered = digits > 0 && digits < name.size() && name[digits - 1] == '.';
  const std::string_view rest = numbered ? name.substr(0, digits - 1) : name;
  for (const auto& [word, always_numbered] : kAdditions) {
    if (rest.size() > word.size() && rest.ends_with(word) && (numbered || !always_numbered)) {
      return rest.substr(0, rest.size() - word.size());
    }
  }
  return name;
}

std::string_view without_additions(std::string_view name) {
  for (;;) {
    const std::string_view shorter = without_one(name);
    if (shorter.size() == name.size()) return name;
    name = shorter;
  }
}

std::optional<std::string> cxx_or_rust(std::string_view name) {
  auto text = demangle_cxx(name);
  if (!text) return text;
  auto rust = demangle_rust_legacy(*text);
  return rust ? rust : text;
}

}  // namespace

std::string demangle(std::string_view name) {
  if (name.size() > kLongestMangled) return std::string(name);
  const std::string_view written = without_additions(name);
  std::optional<std::string> text;
  if (written.starts_with("_Z")) {
    text = cxx_or_rust(written);
  } else if (written.starts_with("_R")) {
    text = demangle_rust_v0(written);
  } else {
    text = demangle_go(written);
  }
  return text ? *std::move(text) : std::string(written);
}

}  // namespace ajar::symbolize
