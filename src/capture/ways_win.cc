#include "capture/ways.h"
#include "capture/win_agent/entered_process.h"
#include "capture/win_htrace/win_htrace.h"

namespace ajar::capture {
namespace {

base::Result<void> agent_usable() {
  if (const auto agent = win_agent::find_agent(); !agent.ok()) return agent.error();
  return {};
}

constexpr Way kWays[] = {
    {"agent", "every system call that makes or closes a handle, of a 64-bit program", agent_usable, true,
     "loads a library into it"},
    {"htrace", "every operation on handles that the kernel notes, of any process that may be opened",
     win_htrace::WinHtrace::usable, false,
     "reads what the kernel notes, as !htrace does: nothing enters the process, names are not known"},
};

}  // namespace

std::span<const Way> ways() {
  return kWays;
}

}  // namespace ajar::capture
