#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "report/count_trends.h"

namespace ajar::render {

// From the lowest to the highest.
inline constexpr std::array<std::string_view, 8> kBars = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

// A curve in one line of so many columns, "▁▂▄▆█▁", from one moment to another, the higher the more between
// its own least and most. Blank where it has no points yet, or not any more.
std::string sparkline(const std::vector<report::CountPoint>& points, double from_s, double until_s,
                      std::size_t width);

}  // namespace ajar::render
