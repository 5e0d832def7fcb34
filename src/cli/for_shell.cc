#include <algorithm>
#include <string>
#include <string_view>

#include "cli/values.h"

// The shells of Unix.
namespace ajar::cli {

std::string for_shell(const std::string& word) {
  const auto is_plain = [](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || static_cast<unsigned char>(c) >= 0x80 || std::string_view("-_./:@+,%=").contains(c);
  };
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace ajar::cli
