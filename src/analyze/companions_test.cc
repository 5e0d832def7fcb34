#include "analyze/companions.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "analyze/count_history.h"
#include "analyze/token_question.h"
#include "model/process_rows.h"

namespace ajar::analyze {
namespace {

// Two processes that open ten handles a second each, and are looked at together each five seconds.
struct Two {
  model::World world;
  model::ProcessId one = model::add_process(world, 812, "gateway").process;
  model::ProcessId other = model::add_process(world, 813, "authd").process;
  CountHistory history = CountHistory::of_the_last(600);

  void look(model::ProcessId at, model::ProcessId to, std::uint64_t second, std::uint64_t shared) {
    model::Snapshot snapshot;
    snapshot.image = model::ImageId{at.value};
    snapshot.begin = std::chrono::seconds(second);
    snapshot.end = snapshot.begin + std::chrono::milliseconds(at.value);
    snapshot.counts = {{.type = "tcp socket", .count = 10 * second}, {.type = "file", .count = 20}};
    snapshot.shared = {{.other = to, .type = "file", .count = 3}};
    if (shared > 0) snapshot.shared.push_back({.other = to, .type = "tcp socket", .count = shared});
    history.on_snapshot(world, snapshot);
  }

  // `shared`: of ten that are opened.
  void grow(std::uint64_t seconds, std::uint64_t shared) {
    for (std::uint64_t at = 0; at <= seconds; ++at) {
      const model::Time time = std::chrono::seconds(at);
      history.on_counts(
          world, std::vector<model::CountSample>{{.process = one, .time = time, .handles = 20 + 10 * at},
                                                 {.process = other, .time = time, .handles = 10 * at}});
      if (at % 5 == 0) look(one, other, at, shared * at);
      if (at % 5 == 0) look(other, one, at, shared * at);
      history.growing(world);
    }
  }
};

TEST(Companions, AreNamedWithWhatTheyShareAndMoreAndMoreOf) {
  Two two;
  two.grow(9, 10);
  EXPECT_EQ(two.history.findings(), 0U) << "two looks are too few";
  Two more;
  more.grow(30, 10);
  EXPECT_EQ(more.history.findings(), 1U);
  const report::CountTrends trends = more.history.trends(more.world);
  ASSERT_EQ(trends.processes.size(), 2U);
  for (const report::CountTrend& trend : trends.processes) {
    ASSERT_EQ(trend.together.size(), 1U);
    EXPECT_EQ(trend.together[0].process.pid, trend.pid == 812 ? 813 : 812);
    ASSERT_EQ(trend.together[0].shared.size(), 1U) << "the three files are no growth";
    EXPECT_EQ(trend.together[0].shared[0].type, "tcp socket");
    EXPECT_EQ(trend.together[0].shared[0].count, 300U);
    EXPECT_DOUBLE_EQ(trend.together[0].shared[0].rate_per_second, 10);
    EXPECT_TRUE(trend.alike.empty());
  }
}

TEST(Companions, AreNotThoseThatGrowAtTheSameRate) {
  for (const std::uint64_t shared : {0U, 2U}) {
    Two two;
    two.grow(60, shared);
    EXPECT_EQ(two.history.findings(), 0U);
    for (const report::CountTrend& trend : two.history.trends(two.world).processes) {
      EXPECT_EQ(trend.trend, report::Trend::growing);
      EXPECT_TRUE(trend.together.empty());
      EXPECT_TRUE(trend.alike.empty());
    }
  }
}

JudgedProcess growing(std::string name, std::int64_t pid, std::vector<report::TypeTrend> types = {}) {
  JudgedProcess process;
  process.trend.name = std::move(name);
  process.trend.pid = pid;
  process.trend.trend = report::Trend::growing;
  process.trend.rate_per_second = 10;
  process.trend.types = std::move(types);
  return process;
}

TEST(Tokens, AreAQuestionWhereCountsAreAllThatIsKnown) {
  const std::vector<JudgedProcess> judged = {growing("w3wp", 5404), growing("LSASS.EXE", 640)};
  const auto questions = token_questions(judged, true);
  ASSERT_EQ(questions.size(), 1U);
  EXPECT_EQ(questions[0].process.pid, 5404);
  EXPECT_EQ(questions[0].lsass.pid, 640);
  EXPECT_EQ(questions[0].known, report::TokenQuestion::Known::counts);
  EXPECT_TRUE(questions[0].is_of_log);
}

TEST(Tokens, AreCertainWhereTheTableShowsThemToGrow) {
  const std::vector<JudgedProcess> judged = {
      growing("w3wp", 5404, {{.type = "Token", .count = 900, .rate_per_second = 8}}), growing("lsass", 640),
      growing("sqlservr", 7, {{.type = "File", .count = 900, .rate_per_second = 10}})};
  const auto questions = token_questions(judged, false);
  ASSERT_EQ(questions.size(), 1U) << "what grows by files is not asked about";
  EXPECT_EQ(questions[0].known, report::TokenQuestion::Known::tokens);
  EXPECT_DOUBLE_EQ(questions[0].tokens_per_second, 8);
}

TEST(Tokens, AreNotThoughtOfWhereLsassIsSteady) {
  std::vector<JudgedProcess> judged = {growing("w3wp", 5404), growing("lsass", 640)};
  judged[1].trend.trend = report::Trend::steady;
  EXPECT_TRUE(token_questions(judged, true).empty());
  EXPECT_TRUE(token_questions({}, true).empty());
}

}  // namespace
}  // namespace ajar::analyze
