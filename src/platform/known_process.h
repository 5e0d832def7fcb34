#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ajar::platform {

// What everybody may know of a process.
struct KnownProcess {
  std::string name;               // as the system keeps it
  std::uint64_t start_ticks = 0;  // with the pid, its identity: see model::Process
  std::string other_user;         // whose it is, where that is not this user; empty: it is
};

// Nothing where there is none.
std::optional<KnownProcess> known_process(std::int64_t pid);

// Who may do everything, in words: "ask as …".
std::string_view privileged_user();

}  // namespace ajar::platform
