#include "capture/agent_library.h"

#include <filesystem>
#include <system_error>

#include "platform/own_executable.h"

namespace ajar::capture {

base::Result<std::string> agent_library() {
  const base::Result<std::string> self = platform::own_executable();
  if (!self.ok()) return self.error();
  const std::filesystem::path top = std::filesystem::path(self.value()).parent_path().parent_path();
  std::string agent = (top / "lib" / "ajar" / "libajar-agent.so").string();
  // The loader splits LD_PRELOAD at these.
  if (agent.find_first_of(": ") != std::string::npos) {
    return base::Error(
        agent +
        ": the agent's path has a blank or a colon in it, which LD_PRELOAD can't hold; move ajar elsewhere");
  }
  std::error_code failed;
  if (!std::filesystem::exists(agent, failed)) {
    return base::Error(agent +
                       ": the agent isn't there; it has to lie beside the program as it was installed");
  }
  return agent;
}

}  // namespace ajar::capture
