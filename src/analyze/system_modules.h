#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ajar::analyze {

// Which modules belong to the operating system (C and C++ runtime, loader, kernel interfaces, the tools that
// watch a program) and are never blamed. Names are compared without case, path, extension and version, so
// that `libc-2.36.so`, `libc.so.6`, `ADVAPI32.dll` and a dump's `advapi32_5_2_3790_4455` are known.
class SystemModules {
 public:
  // `more` extends the built-in table: see Options::system_modules.
  explicit SystemModules(const std::vector<std::string>& more);

  [[nodiscard]] bool contains(std::string_view path) const;

 private:
  std::vector<std::string> stems_;  // sorted; without a star
  std::vector<std::string> name_patterns_;
  std::vector<std::string> path_patterns_;
};

// A module's file name without path, extension and version, in lower case: "libc", "advapi32".
std::string module_stem(std::string_view path);

}  // namespace ajar::analyze
