#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

// Times as logs write them.
namespace ajar::import {

// The number of up to `digits` digits at the text's front, which it takes away, with the sign behind it; 0:
// no sign.
std::optional<unsigned> take_number(std::string_view& text, std::size_t digits, char sign);

struct ClockTime {
  unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

// Nanoseconds since 1970 by the clock that it was written by, with a fraction of a second: what stands behind
// the point, one digit to nine, or nothing. Nothing for what is no time, and for what is not between 1970 and
// 2262.
std::optional<std::int64_t> unix_ns_of(const ClockTime& time, std::string_view fraction);

}  // namespace ajar::import
