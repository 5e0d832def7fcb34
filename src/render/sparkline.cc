#include "render/sparkline.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace ajar::render {
namespace {

using Column = std::optional<std::uint64_t>;

// A column has the last point in it, or goes on with the one before.
std::vector<Column> columns_of(const std::vector<report::CountPoint>& points, double from_s, double until_s,
                               std::size_t width) {
  std::vector<Column> columns(width);
  const double each = std::max(until_s - from_s, 1e-9) / static_cast<double>(width);
  const auto place = [&](double at) {
    return static_cast<std::size_t>(std::clamp((at - from_s) / each, 0.0, static_cast<double>(width - 1)));
  };
  for (const report::CountPoint& point : points) columns[place(point.at_s)] = point.handles;
  Column last;
  for (std::size_t i = 0; !points.empty() && i <= place(points.back().at_s); ++i) {
    if (!columns[i]) columns[i] = last;
    last = columns[i];
  }
  return columns;
}

}  // namespace

std::string sparkline(const std::vector<report::CountPoint>& points, double from_s, double until_s,
                      std::size_t width) {
  if (points.empty() || width == 0) return std::string(width, ' ');
  const auto [least, most] = std::ranges::minmax(points, {}, &report::CountPoint::handles);
  const auto span = static_cast<double>(std::max<std::uint64_t>(most.handles - least.handles, 1));
  std::string line;
  for (const Column& column : columns_of(points, from_s, until_s, width)) {
    if (!column) {
      line += ' ';
      continue;
    }
    const double share = static_cast<double>(*column - least.handles) / span;
    line += kBars[std::min(kBars.size() - 1,
                           static_cast<std::size_t>(share * static_cast<double>(kBars.size())))];
  }
  return line;
}

}  // namespace ajar::render
