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

}  // namespace ajar::base
