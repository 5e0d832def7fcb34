#include <sys/resource.h>

#include <utility>

#include "platform/background_thread.h"
#include "platform/signals_blocked.h"

namespace ajar::platform {
namespace {

constexpr int kNice = 10;

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
