#include "session/signals.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace ajar::session {
namespace {

constexpr std::array kActedOn = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGCHLD, SIGPIPE};

}  // namespace

Signals::Signals() {
  sigset_t set;
  sigset_t before;
  sigemptyset(&set);
  for (const int signal : kActedOn) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, &before);
  for (const int signal : kActedOn) {
    if (sigismember(&before, signal) == 1)
      blocked_before_ |= std::uint64_t{1} << static_cast<unsigned>(signal - 1);
  }
  fd_.reset(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

Signals::~Signals() {
  while (wait(std::chrono::milliseconds(0))) {
  }
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : kActedOn) {
    if ((blocked_before_ & (std::uint64_t{1} << static_cast<unsigned>(signal - 1))) == 0)
      sigaddset(&set, signal);
  }
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::optional<Signal> Signals::wait(std::chrono::milliseconds timeout) {
  pollfd waiting{.fd = fd_.get(), .events = POLLIN, .revents = 0};
  signalfd_siginfo info{};
  while (poll(&waiting, 1, static_cast<int>(timeout.count())) > 0) {
    if (read(fd_.get(), &info, sizeof(info)) != sizeof(info)) return std::nullopt;
    if (info.ssi_signo == SIGPIPE) continue;  // the write that failed has said so
    return Signal{static_cast<int>(info.ssi_signo), info.ssi_code == SI_KERNEL};
  }
  return std::nullopt;
}

void send(std::int64_t pid, int signal) {
  kill(static_cast<pid_t>(pid), signal);
}

}  // namespace ajar::session
