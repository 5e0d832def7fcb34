#include "platform/path_search.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>

namespace ajar::platform {
namespace {

constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;
constexpr const char* kDefaultPath = "/bin:/usr/bin";  // execvp's, where PATH is not set

// 0 where the file can be executed.
int why_not_executable(const std::string& path) {
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0) return errno;
  if (!S_ISREG(about.st_mode)) return EACCES;
  return ::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

}  // namespace

std::expected<std::string, StartFailure> find_program(const std::string& name) {
  if (name.empty()) return std::unexpected(StartFailure{kNotFound, base::Error("no program was named")});
  if (name.find('/') != std::string::npos) return name;
  const char* variable = std::getenv("PATH");
  std::string_view rest = variable == nullptr ? kDefaultPath : variable;
  std::string refused;
  for (bool more = true; more;) {
    const std::size_t colon = rest.find(':');
    const std::string_view folder = rest.substr(0, colon);
    more = colon != std::string_view::npos;
    rest.remove_prefix(more ? colon + 1 : rest.size());
    const std::string candidate = folder.empty() ? "./" + name : std::string(folder) + "/" + name;
    const int error = why_not_executable(candidate);
    if (error == 0) return candidate;
    if (error == EACCES && refused.empty() && ::access(candidate.c_str(), F_OK) == 0) refused = candidate;
  }
  if (!refused.empty()) {
    return std::unexpected(StartFailure{kNotExecutable, base::Error(refused + ": not an executable file")});
  }
  return std::unexpected(StartFailure{kNotFound, base::Error(name + ": not found in any folder of PATH")});
}

}  // namespace ajar::platform
