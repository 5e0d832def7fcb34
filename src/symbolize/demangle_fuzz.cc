// Whatever the bytes are, demangling ends soon, and what comes out is bounded. The longest inputs that are
// demangled at all are small, so the fuzzer's limit on time finds what is slow.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "symbolize/demangle_languages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ajar::symbolize;  // NOLINT(google-build-using-namespace)
  const std::string_view name(reinterpret_cast<const char*>(data), size);
  const auto check = [](const std::optional<std::string>& text) {
    if (text && text->size() > kLongestDemangled) __builtin_trap();
  };
  check(demangle_cxx(name));
  check(demangle_rust_v0(name));
  if (size <= kLongestDemangled) {
    check(demangle_rust_legacy(name));
    check(demangle_go(name));
  }
  return 0;
}
