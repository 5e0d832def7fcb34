#include <linux/ptrace.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "capture/ptrace/ptrace.h"
#include "capture/ptrace/stopped_thread.h"

namespace ajar::capture::ptrace {
namespace {

base::Result<void> can_filter() {
  const unsigned action = SECCOMP_RET_TRACE;
  if (::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0) return {};
  return base::system_error("this kernel, or a container's rules, have no filters of system calls (seccomp)",
                            errno);
}

// A child of ours that has been stopped by its tracer, us.
base::Result<void> can_trace(pid_t child) {
  if (const int failed = ask(PTRACE_SEIZE, child); failed != 0)
    return base::system_error("ptrace is forbidden here, by a container's rules perhaps", failed);
  ask(PTRACE_INTERRUPT, child);
  ::waitpid(child, nullptr, __WALL);
  std::uint64_t info[16] = {};
  const long got = ::syscall(SYS_ptrace, PTRACE_GET_SYSCALL_INFO, child, sizeof(info), info);
  if (got > 0) return {};
  return base::Error("ptrace tells too little of system calls before Linux 5.3");
}

[[noreturn]] void wait_to_be_killed() {
  for (;;) ::pause();
}

}  // namespace

base::Result<void> usable() {
  if (auto filters = can_filter(); !filters.ok()) return filters;
  const pid_t child = ::fork();
  if (child < 0) return base::system_error("fork", errno);
  if (child == 0) wait_to_be_killed();
  auto traced = can_trace(child);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, __WALL);
  return traced;
}

}  // namespace ajar::capture::ptrace
