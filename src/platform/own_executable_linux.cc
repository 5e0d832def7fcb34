#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>

#include "platform/own_executable.h"

namespace ajar::platform {

base::Result<std::string> own_executable() {
  std::array<char, PATH_MAX> path{};
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
  if (length < 0) return base::system_error("/proc/self/exe (is /proc mounted?)", errno);
  return std::string(path.data(), static_cast<std::size_t>(length));
}

}  // namespace ajar::platform
