#include "session/signals.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "base/owned_fd.h"

namespace ajar::session {
namespace {

constexpr std::array kActedOn = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGCHLD, SIGPIPE};

Signal::Meaning meaning_of(int signal) {
  if (signal == SIGUSR1) return Signal::Meaning::report;
  return signal == SIGCHLD ? Signal::Meaning::child : Signal::Meaning::end;
}

}  // namespace

struct Signals::State {
  std::uint64_t blocked_before = 0;  // bit N-1 stands for signal N
  base::OwnedFd fd;
};

Signals::Signals() : state_(std::make_unique<State>()) {
  std::signal(SIGXFSZ, SIG_IGN);
  sigset_t set;
  sigset_t before;
  sigemptyset(&set);
  for (const int signal : kActedOn) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, &before);
  for (const int signal : kActedOn) {
    if (sigismember(&before, signal) == 1)
      state_->blocked_before |= std::uint64_t{1} << static_cast<unsigned>(signal - 1);
  }
  state_->fd.reset(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

Signals::~Signals() {
  while (wait(std::chrono::milliseconds(0))) {
  }
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : kActedOn) {
    if ((state_->blocked_before & (std::uint64_t{1} << static_cast<unsigned>(signal - 1))) == 0)
      sigaddset(&set, signal);
  }
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::optional<Signal> Signals::wait(std::chrono::milliseconds timeout) {
  pollfd waiting{.fd = state_->fd.get(), .events = POLLIN, .revents = 0};
  signalfd_siginfo info{};
  while (poll(&waiting, 1, static_cast<int>(timeout.count())) > 0) {
    if (read(state_->fd.get(), &info, sizeof(info)) != sizeof(info)) return std::nullopt;
    if (info.ssi_signo == SIGPIPE) continue;  // the write that failed has said so
    const auto number = static_cast<int>(info.ssi_signo);
    return Signal{
        .meaning = meaning_of(number), .number = number, .from_terminal = info.ssi_code == SI_KERNEL};
  }
  return std::nullopt;
}

}  // namespace ajar::session
