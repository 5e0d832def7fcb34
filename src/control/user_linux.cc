#include <unistd.h>

#include "control/user.h"

namespace ajar::control {

User own_user() {
  return std::to_string(::geteuid());
}

bool may_ask_everybody() {
  return ::geteuid() == 0;
}

}  // namespace ajar::control
