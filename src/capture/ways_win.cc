#include "capture/ways.h"
#include "capture/win_agent/entered_process.h"

namespace ajar::capture {
namespace {

base::Result<void> agent_usable() {
  if (const auto agent = win_agent::agent_library(); !agent.ok()) return agent.error();
  return {};
}

constexpr Way kWays[] = {
    {"agent", "every system call that makes or closes a handle, of a 64-bit program", agent_usable, true,
     "loads a library into it"},
};

}  // namespace

std::span<const Way> ways() {
  return kWays;
}

}  // namespace ajar::capture
