#include "platform/known_process.h"

#include <windows.h>

#include "platform/win_processes.h"

namespace ajar::platform {

std::optional<KnownProcess> known_process(std::int64_t pid) {
  const auto row = win::find_process(pid);
  if (!row.ok()) return std::nullopt;
  KnownProcess known{
      .name = row.value().name, .start_ticks = win::start_ticks(row.value().created), .other_user = {}};
  const std::string user = win::user_of_process(pid);
  const bool is_own = !user.empty() && user == win::user_of_process(::GetCurrentProcessId());
  if (!is_own) known.other_user = user.empty() ? "another user" : user;
  return known;
}

std::string_view privileged_user() {
  return "an administrator";
}

}  // namespace ajar::platform
