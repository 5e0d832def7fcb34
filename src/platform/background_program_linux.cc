#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "base/owned_fd.h"
#include "platform/background_program.h"

namespace ajar::platform {
namespace {

constexpr std::size_t kMostOutput = 16U << 20U;  // bytes

std::string read_all(int fd) {
  std::string text;
  std::array<char, 65536> some{};
  while (text.size() < kMostOutput) {
    const ssize_t got = ::pread(fd, some.data(), some.size(), static_cast<off_t>(text.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(some.data(), static_cast<std::size_t>(got));
  }
  return text;
}

// A pointer to each, and the null that ends them.
std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// In a process group of its own, with the signals as a program expects them. An errno.
int spawn_into(pid_t& pid, BackgroundProgram::Request& request, int out, int err) {
  sigset_t none{};
  sigset_t all{};
  ::sigemptyset(&none);
  ::sigfillset(&all);
  posix_spawnattr_t attributes{};
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  ::posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  posix_spawn_file_actions_t actions{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  for (char** own = environ; *own != nullptr; ++own) request.environment.emplace_back(*own);
  const std::vector<char*> arguments = pointers_to(request.arguments);
  const std::vector<char*> environment = pointers_to(request.environment);
  const int error =
      ::posix_spawnp(&pid, request.path.c_str(), &actions, &attributes, arguments.data(), environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  return error;
}

}  // namespace

struct BackgroundProgram::State {
  pid_t pid = -1;
  base::OwnedFd out, err;  // files in memory: nobody has to read while it writes
};

BackgroundProgram::BackgroundProgram(std::unique_ptr<State> state) : state_(std::move(state)) {}
BackgroundProgram::BackgroundProgram(BackgroundProgram&&) noexcept = default;
BackgroundProgram& BackgroundProgram::operator=(BackgroundProgram&&) noexcept = default;
BackgroundProgram::~BackgroundProgram() = default;

BackgroundProgram::Request BackgroundProgram::shell(std::string command) {
  return {.path = "/bin/sh", .arguments = {"sh", "-c", std::move(command)}, .environment = {}};
}

base::Result<BackgroundProgram> BackgroundProgram::start(Request request) {
  auto state = std::make_unique<State>();
  state->out.reset(::memfd_create("ajar-output", MFD_CLOEXEC));
  state->err.reset(::memfd_create("ajar-messages", MFD_CLOEXEC));
  if (state->out.get() < 0 || state->err.get() < 0) return base::system_error(request.path, errno);
  if (const int error = spawn_into(state->pid, request, state->out.get(), state->err.get()); error != 0)
    return base::system_error(request.path, error);
  return BackgroundProgram(std::move(state));
}

std::int64_t BackgroundProgram::pid() const {
  return state_->pid;
}

std::optional<BackgroundProgram::Finished> BackgroundProgram::poll() {
  if (state_->pid < 0) return std::nullopt;
  int status = 0;
  const pid_t ended = ::waitpid(state_->pid, &status, WNOHANG);
  if (ended == 0 || (ended < 0 && errno == EINTR)) return std::nullopt;
  Finished finished{.status = ended > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                    .out = read_all(state_->out.get()),
                    .err = read_all(state_->err.get())};
  state_->pid = -1;
  return finished;
}

void BackgroundProgram::ask_to_end() {
  if (state_->pid > 0) ::kill(state_->pid, SIGINT);
}

}  // namespace ajar::platform
