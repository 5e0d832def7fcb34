#include "platform/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <thread>

#include "base/owned_fd.h"

namespace ajar::platform {
namespace {

using Clock = std::chrono::steady_clock;

// A file in memory, so that nobody waits for the program to read.
base::OwnedFd file_of(std::string_view text) {
  base::OwnedFd file(::memfd_create("ajar-input", MFD_CLOEXEC));
  while (file.get() >= 0 && !text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return {};
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (file.get() >= 0) ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

// -1: it did not start.
pid_t start(ProgramRequest& request, int input, int output) {
  std::vector<char*> arguments;
  for (std::string& word : request.arguments) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  sigset_t none{};
  ::sigemptyset(&none);
  posix_spawnattr_t attributes{};
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  posix_spawn_file_actions_t actions{};
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = -1;
  const int error =
      ::posix_spawnp(&pid, request.path.c_str(), &actions, &attributes, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  return error == 0 ? pid : -1;
}

// Reads to the end of the stream, if that comes in time and before there is too much of it.
void read_all(int fd, Clock::time_point until, std::size_t most, ProgramAnswer& answer) {
  std::array<char, 65536> some{};
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready < 0 && errno == EINTR) continue;
    answer.in_time = ready > 0;
    if (ready <= 0) return;
    const ssize_t got = ::read(fd, some.data(), some.size());
    if (got <= 0) return;
    answer.within_limit = static_cast<std::size_t>(got) <= most - answer.output.size();
    if (!answer.within_limit) return;
    answer.output.append(some.data(), static_cast<std::size_t>(got));
  }
}

// A program may close its output and go on: it ends in time as well, or is killed.
int collect(pid_t pid, Clock::time_point until, ProgramAnswer& answer) {
  constexpr std::chrono::milliseconds kPause{2};
  int status = 0;
  bool killed = false;
  for (;;) {
    const bool kill_it = !answer.in_time || !answer.within_limit;
    if (kill_it && !killed) killed = ::kill(pid, SIGKILL) == 0;
    const pid_t ended = ::waitpid(pid, &status, kill_it ? 0 : WNOHANG);
    if (ended == pid) return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (ended < 0 && errno != EINTR) return -1;
    if (Clock::now() >= until) answer.in_time = false;
    if (ended == 0) std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

ProgramAnswer run_program(ProgramRequest request) {
  ProgramAnswer answer;
  const Clock::time_point until = Clock::now() + request.limit;
  const base::OwnedFd input = file_of(request.input);
  std::array<int, 2> ends{};
  if (input.get() < 0 || ::pipe2(ends.data(), O_CLOEXEC) != 0) return answer;
  const base::OwnedFd from(ends[0]);
  base::OwnedFd to(ends[1]);
  const pid_t pid = start(request, input.get(), to.get());
  to.reset();
  answer.started = pid >= 0;
  if (!answer.started) return answer;
  read_all(from.get(), until, request.most_output, answer);
  answer.status = collect(pid, until, answer);
  return answer;
}

}  // namespace ajar::platform
