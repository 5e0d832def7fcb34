#include "session/process_name.h"

#include <string_view>

#include "base/path.h"

namespace ajar::session {

std::string process_name(const platform::ProcFs& proc, const platform::ProcessInfo& info) {
  const auto path = proc.executable(info.pid);
  if (!path) return info.name;
  const std::string_view file = base::file_name(base::without_deleted(*path));
  // The kernel keeps 15 bytes of a name.
  return !info.name.empty() && !file.starts_with(info.name) ? info.name : std::string(file);
}

}  // namespace ajar::session
