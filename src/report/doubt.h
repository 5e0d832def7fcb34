#pragma once

#include <cstdint>
#include <string_view>

#include "report/report.h"

// How far "nothing was found" can be trusted. Pure functions: any thread may call them.
namespace ajar::report {

// Why there may be more than what is told, of these the gravest.
enum class Doubt : std::uint8_t {
  none,
  damaged,        // the recording could not be read whole
  events_lost,    // of the process
  opened_unseen,  // some of its handles were
  left_out,       // by filters and suppressions
};
[[nodiscard]] Doubt doubt_of(const Process& process, const Report& report);

// Whether nobody knows how the process went on: it ran where the recording, which has no end, breaks off.
[[nodiscard]] bool breaks_off(const Process& process, const Report& report);

inline constexpr std::string_view kNotAllCouldBeRead = "some of the recording could not be read";

// Why it proves nothing that nothing was found, in words that end a sentence; empty where it does prove it,
// of the processes that were traced. Only of what is missing, not of what was left out on demand.
[[nodiscard]] std::string_view why_it_proves_nothing(const Report& report);

}  // namespace ajar::report
