#include <cstddef>

#include "symbolize/demangle_languages.h"

// libstdc++'s demangler, as it is behind abi::__cxa_demangle, which would collect in memory of its own,
// without an end, what a hostile name stands for. Only the static libsupc++ has it.
extern "C" int __gcclibcxx_demangle_callback(  // NOLINT(bugprone-reserved-identifier)
    const char* mangled, void (*callback)(const char*, std::size_t, void*), void* opaque);

namespace ajar::symbolize {
namespace {

struct TooLong {};

void take(const char* text, std::size_t length, void* opaque) {
  auto& out = *static_cast<std::string*>(opaque);
  if (out.size() + length > kLongestDemangled) throw TooLong();
  out.append(text, length);
}

}  // namespace

std::optional<std::string> demangle_cxx(std::string_view name) {
  // Without this prefix it would read a name as a type: "i" as "int".
  if (!name.starts_with("_Z") || name.size() > kLongestMangled) return std::nullopt;
  const std::string mangled(name);
  std::string text;
  try {
    if (__gcclibcxx_demangle_callback(mangled.c_str(), &take, &text) != 0) return std::nullopt;
  } catch (const TooLong&) {
    return std::nullopt;
  }
  return text;
}

}  // namespace ajar::symbolize
