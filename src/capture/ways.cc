#include "capture/ways.h"

#include "capture/agent_library.h"
#include "capture/preload/session_folder.h"

namespace ajar::capture {
namespace {

base::Result<void> preload_usable() {
  if (const base::Result<std::string> agent = agent_library(); !agent.ok()) return agent.error();
  if (const auto folder = preload::SessionFolder::create(); !folder.ok()) return folder.error();
  return {};
}

constexpr Way kWays[] = {
    {"preload", "what a dynamically linked program does through the C library", preload_usable},
};

}  // namespace

std::span<const Way> ways() {
  return kWays;
}

}  // namespace ajar::capture
