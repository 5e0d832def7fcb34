#include "capture/ways.h"

#include "capture/agent_library.h"
#include "capture/ebpf/program.h"
#include "capture/preload/session_folder.h"
#include "capture/ptrace/ptrace.h"

namespace ajar::capture {
namespace {

base::Result<void> preload_usable() {
  if (const base::Result<std::string> agent = agent_library(); !agent.ok()) return agent.error();
  if (const auto folder = preload::SessionFolder::create(); !folder.ok()) return folder.error();
  return {};
}

base::Result<void> inject_usable() {
  if (auto agent = preload_usable(); !agent.ok()) return agent;
  return ptrace::usable();
}

constexpr Way kWays[] = {
    {"preload", "what a dynamically linked program does through the C library", preload_usable, true, ""},
    {"ebpf", "every system call of any process, also of one that runs already", ebpf::usable, true,
     "needs privileges"},
    {"ptrace", "every system call that matters to handles, of static programs too, without privileges",
     ptrace::usable, true, "none, but slows the process down as strace does"},
    {"inject", "what a dynamically linked program that runs already does through the C library",
     inject_usable, false,
     "loads the agent into it, which costs least, and sees what goes through the C library"},
};

}  // namespace

std::span<const Way> ways() {
  return kWays;
}

}  // namespace ajar::capture
