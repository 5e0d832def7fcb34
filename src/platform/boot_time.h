#pragma once

#include <chrono>
#include <cstdint>

namespace ajar::platform {

// Since the machine was started; goes on while it sleeps, as the start times of processes do.
std::chrono::nanoseconds since_boot();

// ProcessInfo::start_ticks as such a time. Ticks are coarse: ten milliseconds, as a rule.
std::chrono::nanoseconds boot_time_of(std::uint64_t ticks);

// How long the process that began then has been there.
inline std::chrono::nanoseconds age_of(std::uint64_t start_ticks) {
  return since_boot() - boot_time_of(start_ticks);
}

}  // namespace ajar::platform
