// Whatever a program in place of llvm-symbolizer says, reading it ends.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "platform/llvm_symbolizer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array<std::uint64_t, 2> addresses = {0x1000, 0x1020};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(ajar::platform::read_llvm_symbolizer(text, addresses));
  return 0;
}
