#pragma once

#include <functional>
#include <thread>

namespace ajar::platform {

// A thread that gives way to others, and takes no signals but those that it causes itself.
std::thread start_background_thread(std::function<void()> work);

}  // namespace ajar::platform
