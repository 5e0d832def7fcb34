#include "render/handle_words.h"

#include <charconv>

namespace ajar::render {

std::string handle_number(std::uint64_t handle, bool is_windows) {
  if (!is_windows) return std::to_string(handle);
  constexpr int kHexadecimal = 16;
  char digits[2 * sizeof(handle)];
  const auto written = std::to_chars(std::begin(digits), std::end(digits), handle, kHexadecimal);
  return "0x" + std::string(std::begin(digits), written.ptr);
}

std::string handle_words(std::uint64_t handle, bool is_windows) {
  return (is_windows ? "handle " : "fd ") + handle_number(handle, is_windows);
}

}  // namespace ajar::render
