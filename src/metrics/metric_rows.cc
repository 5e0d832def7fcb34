#include "metrics/metric_rows.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "render/escape.h"

namespace ajar::metrics {
namespace {

using prometheus::MetricType;
using report::ProcessState;
using report::WatchState;
using Label = prometheus::ClientMetric::Label;

prometheus::ClientMetric gauge(double value, std::vector<Label> labels = {}) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  return metric;
}

prometheus::ClientMetric gauge(std::uint64_t value, std::vector<Label> labels = {}) {
  return gauge(static_cast<double>(value), std::move(labels));
}

prometheus::ClientMetric counter(double value) {
  prometheus::ClientMetric metric;
  metric.counter.value = value;
  return metric;
}

// A name is whatever the process calls itself: bytes that are not UTF-8 would make Prometheus refuse all.
std::vector<Label> labels_of(const ProcessState& process) {
  return {{.name = "process", .value = render::escaped(process.name)},
          {.name = "pid", .value = std::to_string(process.pid)}};
}

std::vector<Label> labels_with(const ProcessState& process, std::string name, std::string value) {
  std::vector<Label> labels = labels_of(process);
  labels.push_back({.name = std::move(name), .value = std::move(value)});
  return labels;
}

// Words of labels have no blanks: "too_short".
std::string verdict_of(const ProcessState& process) {
  std::string word(report::trend_word(process.trend));
  std::ranges::replace(word, ' ', '_');
  return word;
}

void build_info(const WatchState& /*state*/, Series& series) {
  series.push_back(gauge(1.0, {{.name = "version", .value = AJAR_VERSION}}));
}

void handles(const WatchState& state, Series& series) {
  for (const ProcessState& process : state.processes)
    series.push_back(gauge(process.handles, labels_of(process)));
  if (state.sweeps > 0)
    series.push_back(gauge(state.others_handles, {{.name = "process", .value = "others"}}));
}

void handles_by_type(const WatchState& state, Series& series) {
  for (const ProcessState& process : state.processes) {
    for (const auto& [type, count] : process.types)
      series.push_back(gauge(count, labels_with(process, "type", render::escaped(type))));
  }
}

void growth(const WatchState& state, Series& series) {
  for (const ProcessState& process : state.processes)
    series.push_back(gauge(process.rate_per_second, labels_of(process)));
}

void full_in(const WatchState& state, Series& series) {
  for (const ProcessState& process : state.processes) {
    if (process.full_in_s) series.push_back(gauge(*process.full_in_s, labels_of(process)));
  }
}

void soft_limit(const WatchState& state, Series& series) {
  for (const ProcessState& process : state.processes) {
    if (process.soft_limit) series.push_back(gauge(*process.soft_limit, labels_of(process)));
  }
}

void verdict(const WatchState& state, Series& series) {
  for (const ProcessState& process : state.processes)
    series.push_back(gauge(1.0, labels_with(process, "verdict", verdict_of(process))));
}

void add_known(const std::optional<std::uint64_t>& number, Series& series) {
  if (number) series.push_back(gauge(*number));
}

// Of what a look tells: nothing before the first one.
template <double (*Value)(const WatchState&)>
void looked(const WatchState& state, Series& series) {
  if (state.sweeps > 0) series.push_back(gauge(Value(state)));
}

constexpr std::array rows = {
    MetricRow{"ajar_build_info", MetricType::Gauge, "version", "The version of ajar that answers; always 1.",
              build_info},
    MetricRow{
        "ajar_handles", MetricType::Gauge, "process, pid",
        "Open handles (file descriptors) of a process; process=\"others\" without a pid is the sum of all "
        "that have no series of their own.",
        handles},
    MetricRow{
        "ajar_handles_by_type", MetricType::Gauge, "process, pid, type",
        "The same by type, of processes that rise and whose tables were looked at in the last minute; a "
        "few seconds older than ajar_handles.",
        handles_by_type},
    MetricRow{"ajar_handles_soft_limit", MetricType::Gauge, "process, pid",
              "The most handles that the process may have (RLIMIT_NOFILE); absent where there is no limit.",
              soft_limit},
    MetricRow{"ajar_handles_growth_per_second", MetricType::Gauge, "process, pid",
              "By how many handles a growing process grows each second; 0 unless its verdict is growing.",
              growth},
    MetricRow{
        "ajar_handles_full_in_seconds", MetricType::Gauge, "process, pid",
        "After that time a growing process is at its soft limit if it goes on like this; absent where it "
        "does not grow, or has no limit.",
        full_in},
    MetricRow{
        "ajar_verdict", MetricType::Gauge, "process, pid, verdict",
        "What ajar says of how the number went, always 1: verdict is growing, rose, steady or too_short.",
        verdict},
    MetricRow{"ajar_processes", MetricType::Gauge, "", "Processes that were counted, the others among them.",
              looked<[](const WatchState& state) {
                return static_cast<double>(state.sweep.processes - state.sweep.unreadable);
              }>},
    MetricRow{"ajar_processes_not_counted", MetricType::Gauge, "",
              "Processes that could not be counted for lack of permission.",
              looked<[](const WatchState& state) { return static_cast<double>(state.sweep.unreadable); }>},
    MetricRow{"ajar_system_open_files", MetricType::Gauge, "",
              "Open files of the whole system, as the kernel counts them (file-nr).",
              [](const WatchState& state, Series& series) { add_known(state.sweep.used, series); }},
    MetricRow{"ajar_system_open_files_limit", MetricType::Gauge, "",
              "The most open files that the whole system may have (file-max).",
              [](const WatchState& state, Series& series) { add_known(state.sweep.most, series); }},
    MetricRow{"ajar_sweeps_total", MetricType::Counter, "", "How often ajar has counted.",
              [](const WatchState& state, Series& series) {
                series.push_back(counter(static_cast<double>(state.sweeps)));
              }},
    MetricRow{"ajar_last_sweep_timestamp_seconds", MetricType::Gauge, "",
              "When ajar counted last, in seconds since 1970.",
              looked<[](const WatchState& state) { return static_cast<double>(state.sweep.unix_s); }>},
    MetricRow{"ajar_last_sweep_duration_seconds", MetricType::Gauge, "", "How long that took.",
              looked<[](const WatchState& state) { return state.sweep.took_s; }>},
    MetricRow{"process_cpu_seconds_total", MetricType::Counter, "",
              "Processor time that ajar itself has used, by the last sweep.",
              [](const WatchState& state, Series& series) {
                if (state.sweeps > 0) series.push_back(counter(state.cpu_s));
              }},
    MetricRow{"process_resident_memory_bytes", MetricType::Gauge, "",
              "Memory that ajar itself has, at the last sweep.",
              looked<[](const WatchState& state) { return static_cast<double>(state.resident_bytes); }>},
    MetricRow{"process_start_time_seconds", MetricType::Gauge, "",
              "When ajar itself began, in seconds since 1970.",
              looked<[](const WatchState& state) { return state.started_unix_s; }>},
};

}  // namespace

std::span<const MetricRow> metric_rows() {
  return rows;
}

std::vector<prometheus::MetricFamily> families_of(const WatchState& state) {
  std::vector<prometheus::MetricFamily> families;
  for (const MetricRow& row : rows) {
    prometheus::MetricFamily family;
    row.add(state, family.metric);
    if (family.metric.empty()) continue;
    family.name = row.name;
    family.help = row.help;
    family.type = row.type;
    families.push_back(std::move(family));
  }
  return families;
}

}  // namespace ajar::metrics
