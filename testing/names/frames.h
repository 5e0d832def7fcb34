#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ajar::names {

// What somebody says of one function at an address. Empty, or 0: that they don't know.
struct Frame {
  std::string function, file;
  std::uint32_t line = 0;

  [[nodiscard]] bool empty() const { return function.empty() && file.empty() && line == 0; }
  bool operator==(const Frame&) const = default;
};

// Innermost first; empty where nothing is known of the address.
using Chain = std::vector<Frame>;

// For an error message: "f a.c:3 < main a.c:10".
std::string in_words(const Chain& chain);

}  // namespace ajar::names
