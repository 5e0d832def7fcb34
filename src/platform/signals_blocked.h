#pragma once

#include <csignal>

namespace ajar::platform {

// While it lives, threads that are started get no signals but those that they cause themselves; nor does this
// thread, meanwhile. Linux.
class SignalsBlocked {
 public:
  SignalsBlocked();
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked();

 private:
  sigset_t before_{};
};

}  // namespace ajar::platform
