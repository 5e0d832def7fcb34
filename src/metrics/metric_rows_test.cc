#include "metrics/metric_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <fstream>
#include <functional>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace ajar::metrics {
namespace {

using report::Trend;
using report::WatchState;
using testing::HasSubstr;
using testing::Not;

WatchState example() {
  WatchState state;
  state.sweep = {.unix_s = 1'700'000'000,
                 .processes = 12,
                 .handles = 1'102,
                 .unreadable = 2,
                 .used = 2'048,
                 .most = 9'223'372'036'854'775'807,
                 .took_s = 0.004};
  state.processes = {{.pid = 812,
                      .name = "gateway",
                      .handles = 1'000,
                      .trend = Trend::growing,
                      .rate_per_second = 2.5,
                      .full_in_s = 9.6,
                      .soft_limit = 1'024,
                      .types = {{"file", 40}, {"tcp socket", 955}}},
                     {.pid = 7, .name = "init", .handles = 60, .trend = Trend::steady}};
  state.others_handles = 42;
  state.sweeps = 3;
  state.cpu_s = 0.25;
  state.resident_bytes = 4'096;
  return state;
}

std::string served(const WatchState& state) {
  return prometheus::TextSerializer().Serialize(families_of(state));
}

TEST(Metrics, TellOfAProcessHowManyOfWhatHowFastAndWhenTheLimitIsReached) {
  const std::string text = served(example());
  for (const char* line : {
           "ajar_handles{process=\"gateway\",pid=\"812\"} 1000\n",
           "ajar_handles_by_type{process=\"gateway\",pid=\"812\",type=\"tcp socket\"} 955\n",
           "ajar_handles_soft_limit{process=\"gateway\",pid=\"812\"} 1024\n",
           "ajar_handles_growth_per_second{process=\"gateway\",pid=\"812\"} 2.5\n",
           "ajar_handles_growth_per_second{process=\"init\",pid=\"7\"} 0\n",
           "ajar_handles_full_in_seconds{process=\"gateway\",pid=\"812\"} 9.6\n",
           "ajar_verdict{process=\"gateway\",pid=\"812\",verdict=\"growing\"} 1\n",
           "ajar_verdict{process=\"init\",pid=\"7\",verdict=\"steady\"} 1\n",
           "ajar_processes 10\n",
           "ajar_processes_not_counted 2\n",
           "# TYPE ajar_sweeps_total counter\najar_sweeps_total 3\n",
           "# TYPE ajar_handles gauge\n",
           "process_resident_memory_bytes 4096\n",
       })
    EXPECT_THAT(text, HasSubstr(line));
}

TEST(Metrics, SayNothingWhereThereIsNoLimitNoGrowthAndNoTable) {
  const std::string text = served(example());
  EXPECT_THAT(text, Not(HasSubstr("ajar_handles_soft_limit{process=\"init\"")));
  EXPECT_THAT(text, Not(HasSubstr("ajar_handles_full_in_seconds{process=\"init\"")));
  EXPECT_THAT(text, Not(HasSubstr("ajar_handles_by_type{process=\"init\"")));
}

TEST(Metrics, AddUpToAllHandlesThatWereCounted) {
  double sum = 0;
  for (const prometheus::MetricFamily& family : families_of(example())) {
    if (family.name != "ajar_handles") continue;
    for (const prometheus::ClientMetric& metric : family.metric) sum += metric.gauge.value;
  }
  EXPECT_EQ(sum, 1'102);
  EXPECT_THAT(served(example()), HasSubstr("ajar_handles{process=\"others\"} 42\n"));
}

TEST(Metrics, AProcessThatCallsItselfOthersHasAPid) {
  WatchState state = example();
  state.processes[1].name = "others";
  EXPECT_THAT(served(state), HasSubstr("ajar_handles{process=\"others\",pid=\"7\"} 60\n"));
}

TEST(Metrics, NamesThatAreNoTextBecomeText) {
  WatchState state = example();
  state.processes[0].name = "a\xff\"\n\x1b[31m\\";
  const std::string text = served(state);
  EXPECT_THAT(text, HasSubstr("{process=\"a\\\\xff\\\"\\\\x0a\\\\x1b[31m\\\\\",pid=\"812\"} 1000\n")) << text;
  EXPECT_EQ(text.find('\xff'), std::string::npos);
}

TEST(Metrics, BeforeTheFirstLookThereAreOnlyAjarsOwn) {
  const std::string text = served({});
  EXPECT_THAT(text, HasSubstr("ajar_build_info{version=\""));
  EXPECT_THAT(text, HasSubstr("ajar_sweeps_total 0\n"));
  EXPECT_THAT(text, Not(HasSubstr("ajar_handles")));
  EXPECT_THAT(text, Not(HasSubstr("ajar_processes")));
}

TEST(Metrics, HaveNamesOnceEachAndHelpThatNeedsNoEscapes) {
  std::set<std::string_view> names;
  for (const MetricRow& row : metric_rows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(row.help.find_first_of("\\\n|"), std::string::npos) << row.name;
    EXPECT_EQ(row.name.ends_with("_total"), row.type == prometheus::MetricType::Counter) << row.name;
  }
}

// The rows of the page's table, as they are to be.
std::string as_page_row(const MetricRow& row) {
  std::ostringstream line;
  line << "| `" << row.name << "` | " << (row.type == prometheus::MetricType::Counter ? "counter" : "gauge")
       << " | " << row.labels << (row.labels.empty() ? "| " : " | ") << row.help << " |\n";
  return line.str();
}

TEST(Metrics, ThePageOfTheDocsHasEachOfThemInItsWordsAndNoOther) {
  std::ifstream file(AJAR_DOCS "/metrics.md");
  std::string told;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("| `ajar_") || line.starts_with("| `process_")) told += line + '\n';
  }
  std::string wanted;
  for (const MetricRow& row : metric_rows()) wanted += as_page_row(row);
  EXPECT_EQ(told, wanted);
}

TEST(Metrics, TheAlertRulesAskForNoneThatIsNotServed) {
  std::set<std::string, std::less<>> served_names;
  for (const MetricRow& row : metric_rows()) served_names.emplace(row.name);
  std::ifstream file(AJAR_RULES);
  const std::regex name("ajar_[a-z_]+");
  std::size_t asked = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.find("expr:") == std::string::npos) continue;
    for (std::sregex_iterator at(line.begin(), line.end(), name), end; at != end; ++at, ++asked)
      EXPECT_TRUE(served_names.contains(at->str())) << line;
  }
  EXPECT_GT(asked, 10U);
}

}  // namespace
}  // namespace ajar::metrics
