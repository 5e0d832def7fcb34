#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "report/report.h"

// How numbers are said to people, the same in every sentence of a report and on every system.
namespace ajar::report {

// "0.1 s", "62.4 s", "3 min 12 s", "2 h 5 min", "3 d 4 h"; "0.004 s" below a twentieth of a second.
std::string duration(double seconds);

// A time since the start, to be compared with others: "3.214015 s".
std::string moment(double seconds);

// "2026-11-09 16:02:11", UTC.
std::string utc(std::int64_t unix_ns);

// The same with an end that may be on another day: "2026-11-09 16:02:11 to 17:38:50".
std::string utc_span(std::int64_t from_unix_ns, std::int64_t until_unix_ns);

// "12,345"
std::string thousands(std::uint64_t number);

// "1 handle", "1,204 handles"
std::string counted(std::uint64_t number, std::string_view one, std::string_view many);

// "leak", "one-off"
std::string_view verdict_word(Verdict verdict);

// "13.0/s"; slow ones by the minute or the hour: "2.5/min", "3.1/h".
std::string rate(double per_second);

}  // namespace ajar::report
