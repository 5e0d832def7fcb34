#pragma once

#include <cstddef>
#include <string>

#include "report/report.h"

namespace ajar::render {

// How a session that goes on stands, in one line without a newline: what was opened and closed since it
// began, and the worst that was found so far. It is cut to `width` columns; 0: it may take any number.
//    10 s   +131 open, 4 closed     LEAK +13.1/s  tcp socket  libpricing.so fetch_rate() pricing.cpp:41
std::string progress_line(const report::Report& report, double seconds, bool colour, std::size_t width);

}  // namespace ajar::render
