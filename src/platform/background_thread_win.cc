#include <windows.h>

#include <utility>

#include "platform/background_thread.h"

namespace ajar::platform {

std::thread start_background_thread(std::function<void()> work) {
  return std::thread([work = std::move(work)] {
    ::SetThreadPriority(::GetCurrentThread(), THREAD_PRIORITY_BELOW_NORMAL);
    work();
  });
}

}  // namespace ajar::platform
