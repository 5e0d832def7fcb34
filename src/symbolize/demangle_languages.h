#pragma once

#include <optional>
#include <string>
#include <string_view>

// One function for each way of mangling. Each takes bounded time and memory for any input, and gives nothing
// for what is not a whole name of its kind.
namespace ajar::symbolize {

constexpr std::size_t kLongestMangled = std::size_t{8} * 1024;
// A few bytes of mangled name can stand for gigabytes, since they may refer back to what was said before.
constexpr std::size_t kLongestDemangled = std::size_t{64} * 1024;

// C++ in the Itanium ABI's mangling ("_Z…"). Names of more than 1024 bytes are beyond what libstdc++ takes.
std::optional<std::string> demangle_cxx(std::string_view name);

// Rust's older mangling, which looks like C++'s: `demangled` is what demangle_cxx() made of it.
std::optional<std::string> demangle_rust_legacy(std::string_view demangled);

// Rust's mangling since 1.59, "v0" ("_R…"): RFC 2603 and the rustc book's chapter on it. Crates' hashes and
// what only tells apart are left out.
std::optional<std::string> demangle_rust_v0(std::string_view name);

// Go does not mangle, but escapes import paths and spells out the shapes that a generic function was compiled
// for: "gopkg.in/yaml%2ev3.Map[go.shape.int]" is yaml.v3.Map[...], as Go's own traces have it.
std::optional<std::string> demangle_go(std::string_view name);

}  // namespace ajar::symbolize
