#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "capture/win_htrace/system.h"

namespace ajar::capture::win_htrace {

// More the kernel never keeps.
inline constexpr std::uint32_t kMostSlots = 0x20000;

struct Tracing {
  std::size_t slots = 0;  // as asked for; the kernel's own number where it was left to it
  bool was_on = false;    // somebody else turned it on: it is left alone at the end
};

// Turns tracing on, with the most slots that the system grants. `process` names it in an error: "process
// 4711".
base::Result<Tracing> start_tracing(HandleTracer& tracer, const std::string& process);

// Success where the system has handle tracing, otherwise what else there is.
base::Result<void> has_tracing(System& system);

}  // namespace ajar::capture::win_htrace
