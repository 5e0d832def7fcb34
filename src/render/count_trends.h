#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "render/tables.h"
#include "report/count_trends.h"

namespace ajar::render {

// For people, in UTF-8: the growing processes, those that rose, and how many did not. `options.top` is for
// the rows of each verdict; with 0 every process has one.
void count_trends_text(const report::CountTrends& trends, const TablesOptions& options, std::ostream& out);

// What is known by now, while one watches: a line with the clock's time for the machine, one for each process
// that grows, and one that names the rest.
void watch_text(const report::Sweep& sweep, const report::CountTrends& trends, std::string_view clock,
                const TablesOptions& options, std::ostream& out);

// That line for the machine, without a newline: "14:02:11  1,204 processes, 41,377 handles".
std::string sweep_line(const report::Sweep& sweep, std::string_view clock);

// That of a growing process, without a newline: "GROWING  gateway (pid 812)  +13.1/s for 6 min  …".
std::string growing_line(const report::CountTrend& trend);

// What else is known of a growing process: "+13.1/s for 6 min", "1,002 of 1,024 handles (98 %), full in 2 s",
// "tcp socket +13.0/s, file +0.1/s". The latter two are empty where nothing is known.
std::string growth_words(const report::CountTrend& trend);
std::string forecast_words(const report::CountTrend& trend);
std::string type_words(const report::CountTrend& trend);

// Of one that a trap caught: "CAUGHT  gateway (pid 2291)  count>1000: 1,002 of 1,024 handles (98 %),
// +13.1/s".
std::string caught_line(const report::Caught& who, const TablesOptions& options);
// What becomes of it: "is recorded into gateway.2291.ajar", "can't be recorded: …".
std::string fate_of_caught(const report::Caught& who);
// And what has: "gateway (pid 2291): report in gateway.2291.txt; look again with: ajar report …".
std::string end_of_caught(const report::Caught& who);

// As one JSON object with a newline after it, in the shape that docs/json.md describes.
void count_trends_json(const report::CountTrends& trends, std::ostream& out);

}  // namespace ajar::render
