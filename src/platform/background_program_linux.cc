#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "base/owned_fd.h"
#include "platform/background_program.h"
#include "platform/spawn.h"

namespace ajar::platform {
namespace {

constexpr std::size_t kMostOutput = 16U << 20U;  // bytes

// A file in memory: nobody has to read while the program writes. Each write goes to its end: of a memfd the
// kernel does not lock the offset, and two processes that write at once would write to the same place.
base::OwnedFd output_in_memory(const char* name) {
  base::OwnedFd file(::memfd_create(name, MFD_CLOEXEC));
  if (file.valid() && ::fcntl(file.get(), F_SETFL, O_APPEND) != 0) file.reset();
  return file;
}

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

// In the child: a group of its own, so that no key of the terminal is for it. An errno.
int part_from(pid_t parent, bool ends_with_it, const std::array<int, 3>& streams) {
  if (::setpgid(0, 0) != 0) return errno;
  if (ends_with_it && ::prctl(PR_SET_PDEATHSIG, SIGINT) != 0) return errno;
  if (ends_with_it && ::getppid() != parent) return ESRCH;  // it has gone before it could be told of
  for (int stream = 0; stream < 3; ++stream) {
    if (::dup2(streams[static_cast<std::size_t>(stream)], stream) < 0) return errno;
  }
  return 0;
}

std::vector<std::string> environment_with(std::vector<std::string> variables) {
  for (char** own = environ; own != nullptr && *own != nullptr; ++own) variables.emplace_back(*own);
  return variables;
}

}  // namespace

struct BackgroundProgram::State {
  Child child{-1};
  bool has_ended = false;
  bool is_group = false;

  void send(int signal) const {
    const auto pid = static_cast<pid_t>(child.pid());
    if (!has_ended) ::kill(is_group ? -pid : pid, signal);
  }
  base::OwnedFd out, err;
};

BackgroundProgram::BackgroundProgram(std::unique_ptr<State> state) : state_(std::move(state)) {}
BackgroundProgram::BackgroundProgram(BackgroundProgram&&) noexcept = default;
BackgroundProgram& BackgroundProgram::operator=(BackgroundProgram&&) noexcept = default;
BackgroundProgram::~BackgroundProgram() = default;

BackgroundProgram::Request BackgroundProgram::shell(std::string command) {
  return {.path = "/bin/sh",
          .arguments = {"sh", "-c", std::move(command)},
          .environment = {},
          .is_all_that_it_starts = true};
}

base::Result<BackgroundProgram> BackgroundProgram::start(Request request) {
  auto state = std::make_unique<State>();
  const base::OwnedFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  state->out = output_in_memory("ajar-output");
  state->err = output_in_memory("ajar-messages");
  if (!nothing.valid() || !state->out.valid() || !state->err.valid())
    return base::system_error(request.path, errno);
  const std::array<int, 3> streams = {nothing.get(), state->out.get(), state->err.get()};
  auto child = spawn({.path = request.path,
                      .arguments = std::move(request.arguments),
                      .environment = environment_with(std::move(request.environment)),
                      .signals = {},
                      .before_exec = [parent = ::getpid(), ends = request.ends_with_caller, streams] {
                        return part_from(parent, ends, streams);
                      }});
  if (!child) return child.error().error;
  state->child = *child;
  state->is_group = request.is_all_that_it_starts;
  return BackgroundProgram(std::move(state));
}

std::int64_t BackgroundProgram::pid() const {
  return state_->has_ended ? -1 : state_->child.pid();
}

std::string BackgroundProgram::said() const {
  return read_all(state_->err.get());
}

std::optional<BackgroundProgram::Finished> BackgroundProgram::poll() {
  if (state_->has_ended) return std::nullopt;
  const auto end = state_->child.poll();
  if (end.ok() && !end.value()) return std::nullopt;
  state_->has_ended = true;
  Finished finished{.status = -1, .out = read_all(state_->out.get()), .err = said()};
  if (end.ok()) finished.status = end.value()->exit_status.value_or(-1);
  return finished;
}

void BackgroundProgram::ask_to_end() {
  state_->send(SIGINT);
}

void BackgroundProgram::kill() {
  state_->send(SIGKILL);
}

}  // namespace ajar::platform
