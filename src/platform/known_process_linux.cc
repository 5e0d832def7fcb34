#include <unistd.h>

#include "platform/known_process.h"
#include "platform/procfs.h"
#include "platform/user_names.h"

namespace ajar::platform {

std::optional<KnownProcess> known_process(std::int64_t pid) {
  const auto info = ProcFs().process(pid);
  if (!info) return std::nullopt;
  KnownProcess known{.name = info->name, .start_ticks = info->start_ticks, .other_user = {}};
  if (info->user != ::geteuid()) known.other_user = UserNames().of(info->user);
  return known;
}

std::string_view privileged_user() {
  return "root";
}

}  // namespace ajar::platform
