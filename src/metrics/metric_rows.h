#pragma once

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>
#include <prometheus/metric_type.h>

#include <span>
#include <string_view>
#include <vector>

#include "report/watch_state.h"

namespace ajar::metrics {

using Series = std::vector<prometheus::ClientMetric>;

// One metric that is served. docs/metrics.md has the same rows, a test compares them.
struct MetricRow {
  std::string_view name;
  prometheus::MetricType type;
  std::string_view labels;  // "process, pid"; empty: none
  std::string_view help;    // one line, without backslashes
  void (*add)(const report::WatchState& state, Series& series);
};

// In the order in which they are served.
std::span<const MetricRow> metric_rows();

// What is known before the first look: about ajar itself. Those of the rows that have no series are left out.
std::vector<prometheus::MetricFamily> families_of(const report::WatchState& state);

}  // namespace ajar::metrics
