#include "session/process_name.h"

#include <string_view>

#include "base/path.h"

namespace ajar::session {

std::string process_name(const platform::ProcFs& proc, const platform::ProcessInfo& info) {
  const auto path = proc.executable(info.pid);
  if (!path) return info.name;
  constexpr std::string_view deleted = " (deleted)";
  std::string_view file = *path;
  if (file.ends_with(deleted)) file.remove_suffix(deleted.size());
  file = base::file_name(file);
  // The kernel keeps 15 bytes of a name.
  return !info.name.empty() && !file.starts_with(info.name) ? info.name : std::string(file);
}

}  // namespace ajar::session
