#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace ajar::base {

// The next word of `rest`, which is cut off it; words are apart by blanks, tabs and line ends. Empty at the
// end.
inline std::string_view take_word(std::string_view& rest) {
  constexpr std::string_view kBlanks = " \t\n";
  rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(kBlanks)));
  const std::string_view word = rest.substr(0, rest.find_first_of(kBlanks));
  rest.remove_prefix(word.size());
  return word;
}

// One text of several, with `between` between them.
inline std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) text += between;
    text += part;
  }
  return text;
}

// Without the blanks, tabs and line ends at both ends.
inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
}

// Case is that of ASCII's letters; other bytes are as they are.
constexpr char lowered(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lowered(c);
  return out;
}

// Whatever their case.
inline bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lowered(x) == lowered(y); });
}

// Whether it begins so, whatever its case.
inline bool begins_with(std::string_view text, std::string_view begin) {
  return same_word(text.substr(0, begin.size()), begin);
}

}  // namespace ajar::base
