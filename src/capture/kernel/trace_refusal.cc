#include "capture/kernel/trace_refusal.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>

#include "platform/privileges.h"
#include "platform/procfs.h"
#include "platform/read_file.h"

namespace ajar::capture::kernel {
namespace {

// A number of /proc/PID/status; 0 where there is none.
long status_number(std::int64_t pid, std::string_view name) {
  const auto status = platform::read_file("/proc/" + std::to_string(pid) + "/status");
  const std::size_t at = status ? status->find("\n" + std::string(name)) : std::string::npos;
  return at == std::string::npos ? 0 : std::strtol(status->c_str() + at + 1 + name.size(), nullptr, 10);
}

std::string in_the_way(std::int64_t pid, const platform::ProcessInfo& process) {
  if (const long tracer = status_number(pid, "TracerPid:"); tracer != 0)
    return "process " + std::to_string(tracer) + " traces it already, and only one can";
  if (process.user != ::geteuid() && ::geteuid() != 0)
    return "it is another user's; it takes root, or CAP_SYS_PTRACE";
  if (platform::yama_scope().value_or(0) != 0)
    return "/proc/sys/kernel/yama/ptrace_scope forbids it; it takes root, CAP_SYS_PTRACE, or a 0 there";
  return "the kernel doesn't allow it; it takes root, or CAP_SYS_PTRACE";
}

}  // namespace

base::Error why_not_traced(std::int64_t pid, int error) {
  const std::string subject = "process " + std::to_string(pid) + " can't be traced: ";
  const platform::ProcFs procfs;
  const auto process = procfs.process(pid);
  if (!process || process->ended() || error == ESRCH) return base::Error(subject + "it has ended");
  if (process->main_ended()) return base::Error(subject + platform::kMainThreadEnded);
  if (!procfs.executable(pid) && process->user == 0 && ::geteuid() == 0)
    return base::Error(subject + "it is a thread of the kernel");
  if (error == EPERM) return base::Error(subject + in_the_way(pid, *process));
  return base::system_error("process " + std::to_string(pid) + " can't be traced", error);
}

}  // namespace ajar::capture::kernel
