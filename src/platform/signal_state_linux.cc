#include "platform/signal_state.h"

#include <csignal>

namespace ajar::platform {

SignalState SignalState::current() {
  constexpr int last = 64;
  SignalState state;
  sigset_t blocked;
  ::sigemptyset(&blocked);
  ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  for (int signal = 1; signal <= last; ++signal) {
    const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(signal - 1);
    struct sigaction action{};
    if (::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN) state.ignored |= bit;
    if (::sigismember(&blocked, signal) == 1) state.blocked |= bit;
  }
  return state;
}

}  // namespace ajar::platform
