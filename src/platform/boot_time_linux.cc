#include "platform/boot_time.h"

#include <unistd.h>

#include <algorithm>
#include <ctime>

namespace ajar::platform {

std::chrono::nanoseconds since_boot() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::chrono::nanoseconds boot_time_of(std::uint64_t ticks) {
  const std::int64_t per_second = std::max<std::int64_t>(::sysconf(_SC_CLK_TCK), 1);
  return static_cast<std::int64_t>(ticks) * (std::chrono::nanoseconds(std::chrono::seconds(1)) / per_second);
}

}  // namespace ajar::platform
