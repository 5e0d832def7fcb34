#include <sys/resource.h>

#include <csignal>
#include <utility>

#include "platform/background_thread.h"

namespace ajar::platform {
namespace {

constexpr int kNice = 10;

// While it lives, threads that are started get no signals but those that they cause themselves.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    for (const int own : {SIGBUS, SIGSEGV, SIGFPE, SIGILL, SIGTRAP, SIGABRT}) sigdelset(&all, own);
    pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace

std::thread start_background_thread(std::function<void()> work) {
  const SignalsBlocked blocked;
  return std::thread([work = std::move(work)] {
    // On Linux the number 0 means this thread alone.
    static_cast<void>(::setpriority(PRIO_PROCESS, 0, kNice));
    work();
  });
}

}  // namespace ajar::platform
