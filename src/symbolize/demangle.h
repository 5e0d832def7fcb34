#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ajar::symbolize {

// The name as its programmer wrote it, for names of C++ (Itanium ABI), of both of Rust's schemes, and of Go;
// without what compilers add for parts and copies of functions ("foo.cold", "foo.part.0"). Others, among them
// those of Microsoft's compiler ("?foo@@YAXXZ"), and those that are too long to be worth it, come back as
// they are. Any bytes will do: time and memory are bounded.
std::string demangle(std::string_view name);

// The same for many names, most of which come again and again: what is inlined everywhere. Keeps each name
// that it was asked for. One thread at a time.
class Demangler {
 public:
  // Valid as long as the Demangler.
  const std::string& operator()(std::string_view name);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> known_;
};

}  // namespace ajar::symbolize
