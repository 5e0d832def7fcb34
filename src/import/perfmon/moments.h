#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ajar::import::perfmon {

// Nanoseconds since 1970 of a time in a text log, "MM/DD/YYYY HH:MM:SS.mmm", by the clock that it was written
// by. Nothing for anything else, and for what is not between 1970 and 2262.
std::optional<std::int64_t> parse_moment(std::string_view text);

// The same of a FILETIME: 100 ns since 1601, UTC.
std::optional<std::int64_t> unix_ns_of_filetime(std::uint64_t filetime);

// How many minutes UTC is ahead of the clock, as the first field of a text log says behind its version:
// "(PDH-CSV 4.0) (Pacific Standard Time)(480)". 0 where it doesn't.
std::int64_t bias_minutes(std::string_view first_field);

}  // namespace ajar::import::perfmon
