#include "symbolize/demangle_languages.h"
#include "symbolize/rust_v0.h"

namespace ajar::symbolize {

std::optional<std::string> demangle_rust_v0(std::string_view name) {
  if (!name.starts_with("_R") || name.size() > kLongestMangled) return std::nullopt;
  name.remove_prefix(2);
  name = name.substr(0, name.find_first_of(".$"));  // what LLVM or a vendor put behind it
  // A digit here would be the number of a later version of the scheme.
  if (name.empty() || name.front() < 'A' || name.front() > 'Z') return std::nullopt;
  return RustV0(name).name();
}

}  // namespace ajar::symbolize
