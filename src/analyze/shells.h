#pragma once

#include <algorithm>
#include <string_view>

namespace ajar::analyze {

// Whether a program of this file name is a shell. Shells arrange numbers for others, and close one to be sure
// that it is closed; that it was not open is no bug of theirs.
inline bool is_shell(std::string_view module) {
  constexpr std::string_view shells[] = {
      "ash",  "bash", "busybox", "csh",  "dash", "fish", "ksh",  "ksh93", "lksh",        "mksh",   "oksh",
      "posh", "rc",   "sh",      "tcsh", "yash", "zsh",  "zsh4", "zsh5",  "bash-static", "ksh2020"};
  return std::ranges::find(shells, module) != std::end(shells);
}

}  // namespace ajar::analyze
