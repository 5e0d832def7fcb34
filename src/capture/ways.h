#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ajar::capture {

// A live way in: how events of a running program come to be seen.
struct Way {
  std::string_view name;  // for --via
  std::string_view sees;  // what it sees, in a few words
  // Success where it works on this machine for this user, otherwise why not and what would help.
  base::Result<void> (*usable)();
  bool starts_programs = true;  // and not only enters those that run
  std::string_view attached;    // what it takes to enter one that runs; empty: it can't
};

// All ways that this build knows, the preferred first.
std::span<const Way> ways();

// Those that enter programs that run: what --via of such a command takes.
inline std::vector<std::string> ways_that_attach() {
  std::vector<std::string> names = {"auto"};
  for (const Way& way : ways()) {
    if (!way.attached.empty()) names.emplace_back(way.name);
  }
  return names;
}

}  // namespace ajar::capture
