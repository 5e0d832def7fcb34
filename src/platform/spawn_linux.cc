#include "platform/spawn.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "base/owned_fd.h"

namespace ajar::platform {
namespace {

constexpr int kLastSignal = 64;

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

// All that the child needs, made before fork: afterwards it may not allocate.
struct Prepared {
  const char* path;
  std::vector<char*> arguments, environment;
  std::vector<char*> shell_arguments;  // for a script that does not name its interpreter
  sigset_t blocked;
  std::uint64_t ignored;
  const std::function<int()>& before_exec;
};

Prepared prepare(const SpawnRequest& request) {
  Prepared prepared{request.path.c_str(),
                    pointers_to(request.arguments),
                    pointers_to(request.environment),
                    {},
                    {},
                    request.signals.ignored,
                    request.before_exec};
  static constexpr std::array<char, 8> shell = {"/bin/sh"};
  prepared.shell_arguments = {const_cast<char*>(shell.data()), const_cast<char*>(prepared.path)};
  for (std::size_t i = 1; i < prepared.arguments.size(); ++i) {
    prepared.shell_arguments.push_back(prepared.arguments[i]);
  }
  if (prepared.arguments.size() < 2) prepared.shell_arguments.push_back(nullptr);
  ::sigemptyset(&prepared.blocked);
  for (int signal = 1; signal <= kLastSignal; ++signal) {
    if ((request.signals.blocked >> static_cast<unsigned>(signal - 1) & 1U) != 0) {
      ::sigaddset(&prepared.blocked, signal);
    }
  }
  return prepared;
}

// In the child, with all signals blocked: only calls that are safe in a signal handler.
[[noreturn]] void become(const Prepared& program, int report_to) {
  for (int signal = 1; signal <= kLastSignal; ++signal) {
    const bool ignore = (program.ignored >> static_cast<unsigned>(signal - 1) & 1U) != 0;
    struct sigaction action{};
    action.sa_handler = ignore ? SIG_IGN : SIG_DFL;
    ::sigaction(signal, &action, nullptr);
  }
  ::sigprocmask(SIG_SETMASK, &program.blocked, nullptr);
  int error = program.before_exec ? program.before_exec() : 0;
  if (error == 0) {
    ::execve(program.path, program.arguments.data(), program.environment.data());
    error = errno;
  }
  if (error == ENOEXEC) {
    ::execve(program.shell_arguments[0], program.shell_arguments.data(), program.environment.data());
  }
  // Nobody reads where ajar has gone meanwhile; there is nothing else to do then.
  const ssize_t written = ::write(report_to, &error, sizeof error);
  ::_exit(written < 0 ? 125 : 126);
}

// 0 once the other end was closed by a successful exec, otherwise the child's errno.
int reported_error(int from) {
  int error = 0;
  ssize_t got = 0;
  do {
    got = ::read(from, &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  return got == static_cast<ssize_t>(sizeof error) ? error : 0;
}

StartFailure failure(const std::string& what, int error_number) {
  const bool missing = error_number == ENOENT || error_number == ENOTDIR;
  return {missing ? 127 : 126, base::system_error(what, error_number)};
}

// Forks with all signals blocked, so that none of ajar's handlers runs in the child.
pid_t fork_blocked() {
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  const int error = errno;
  if (pid != 0) ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return pid;
}

// Where SIGCHLD is ignored, as some parents leave it, the kernel throws children's ends away.
void collect_ends() {
  struct sigaction action{};
  if (::sigaction(SIGCHLD, nullptr, &action) != 0 || action.sa_handler != SIG_IGN) return;
  action.sa_handler = SIG_DFL;
  ::sigaction(SIGCHLD, &action, nullptr);
}

}  // namespace

std::expected<Child, StartFailure> spawn(const SpawnRequest& request) {
  collect_ends();
  const Prepared prepared = prepare(request);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::unexpected(failure(request.path, errno));
  const base::OwnedFd from(ends[0]);
  base::OwnedFd to(ends[1]);
  const pid_t pid = fork_blocked();
  if (pid < 0) return std::unexpected(failure(request.path, errno));
  if (pid == 0) become(prepared, to.get());
  to.reset();
  const int error = reported_error(from.get());
  if (error == 0) return Child(pid);
  static_cast<void>(Child(pid).wait());
  return std::unexpected(failure(request.path, error));
}

}  // namespace ajar::platform
