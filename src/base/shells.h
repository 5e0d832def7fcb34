#pragma once

#include <algorithm>
#include <string_view>

namespace ajar::base {

// Whether a program of this file name is a shell.
inline bool is_shell(std::string_view name) {
  constexpr std::string_view shells[] = {
      "ash",  "bash", "busybox", "csh",  "dash", "fish", "ksh",  "ksh93", "lksh",        "mksh",   "oksh",
      "posh", "rc",   "sh",      "tcsh", "yash", "zsh",  "zsh4", "zsh5",  "bash-static", "ksh2020"};
  return std::ranges::find(shells, name) != std::end(shells);
}

}  // namespace ajar::base
