#include "capture/preload/environment.h"

#include <algorithm>
#include <utility>

#include "wire/wire.h"

namespace ajar::capture::preload {
namespace {

constexpr std::string_view kPreload = "LD_PRELOAD=";
constexpr std::string_view kSession = "AJAR_SESSION=";
// A program built with AddressSanitizer refuses to start where a library comes before the sanitizer's own,
// unless it is told not to look. The agent asks nothing of that library, and stands well before it.
constexpr std::string_view kSanitizer = "ASAN_OPTIONS=";

}  // namespace

std::vector<std::string> with_agent(std::vector<std::string> environment, std::string_view agent,
                                    std::string_view session_folder) {
  std::string preload = std::string(kPreload).append(agent);
  std::string sanitizer(kSanitizer);
  std::erase_if(environment, [&](const std::string& variable) {
    if (variable.starts_with(kPreload) && variable.size() > kPreload.size()) {
      preload += ":" + variable.substr(kPreload.size());
    }
    if (variable.starts_with(kSanitizer) && variable.size() > kSanitizer.size()) sanitizer = variable + ":";
    return variable.starts_with(kPreload) || variable.starts_with(kSession) ||
           variable.starts_with(kSanitizer);
  });
  environment.push_back(std::move(preload));
  environment.push_back(std::string(kSession).append(session_folder));
  environment.push_back(sanitizer + "verify_asan_link_order=0");
  return environment;
}

unsigned agent_in(std::string_view environment) {
  unsigned found = 0;
  while (!environment.empty()) {
    const std::string_view variable = environment.substr(0, environment.find('\0'));
    environment.remove_prefix(std::min(environment.size(), variable.size() + 1));
    const bool loads =
        variable.starts_with(kPreload) && variable.find("libajar-agent.so") != std::string_view::npos;
    if (loads) found |= AJAR_ENVIRONMENT_AGENT;
    if (variable.starts_with(kSession)) found |= AJAR_ENVIRONMENT_SESSION;
  }
  return found;
}

}  // namespace ajar::capture::preload
