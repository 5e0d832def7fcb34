#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "e2e/traced.h"
#include "harness/compare.h"
#include "harness/needs.h"
#include "harness/victims.h"

// What strace wrote of the victims, read by ajar, against what they say of themselves.
namespace ajar::e2e {
namespace {

using harness::Outcome;
using harness::TempDir;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using Json = nlohmann::json;

// Runs the victim under strace, which writes x.strace.
Outcome straced(const TempDir& directory, const std::string& victim,
                const std::vector<std::string>& options) {
  std::vector<std::string> words = {"strace", "-o", "x.strace"};
  words.insert(words.end(), options.begin(), options.end());
  const std::vector<std::string> command = harness::victim_command(victim);
  words.insert(words.end(), command.begin(), command.end());
  return harness::run({.words = words, .directory = directory.path()});
}

Traced trace_by_strace(const TempDir& directory, const std::string& victim,
                       const std::vector<std::string>& options) {
  return traced(directory, straced(directory, victim, options), "x.strace");
}

// Its warnings.
std::vector<std::string> warnings_of(const TempDir& directory) {
  const Outcome outcome = harness::run(ajar(directory, {"report", "--json", "x.strace"}));
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  return Json::parse(outcome.out).at("warnings");
}

std::string text_of(const TempDir& directory, std::vector<std::string> words) {
  const Outcome outcome = harness::run(ajar(directory, std::move(words)));
  EXPECT_EQ(outcome.exit_status, 0) << outcome.err;
  return outcome.out;
}

// The victim's truth without verdicts, and what depends on how long it took: strace slows it down.
void expect_groups(const Traced& seen) {
  ASSERT_FALSE(seen.truths.empty()) << seen.run.err;
  for (const harness::Truth& truth : seen.truths) {
    harness::Truth without = truth;
    for (harness::TrueGroup& group : without.outstanding) {
      group.verdict.clear();
      group.closed_at_end = 0;
    }
    const harness::ReportedProcess* process = seen.reported.find(truth.pid);
    ASSERT_NE(process, nullptr) << truth.pid;
    EXPECT_THAT(harness::differences(*process, without), IsEmpty()) << process->summary();
  }
}

class StraceLogOf : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { AJAR_NEEDS("strace", "strace"); }
};

TEST_P(StraceLogOf, AVictimSaysWhatTheVictimSaysOfItself) {
  const TempDir directory;
  expect_groups(trace_by_strace(directory, GetParam(), {"-f", "-k", "-y", "-tt"}));
}

// Those of which strace 6.1 itself shows less: it walks no stack of 32-bit code, through musl, through code
// that was made at run time and out of clone(); it knows no inlined functions (scm_rights), and not what an
// ioctl has opened (ptys). Others make calls by the hundred thousand.
bool is_shown_whole(const std::string& victim) {
  constexpr std::string_view kOthers[] = {"jit", "newer_kinds", "scm_rights", "ptys", "churn", "storm 2"};
  return !victim.starts_with("musl/") && !victim.starts_with("32/") &&
         std::ranges::find(kOthers, victim) == std::end(kOthers);
}

std::vector<std::string> victims_shown_whole() {
  std::vector<std::string> runs;
  std::ranges::copy_if(harness::victim_runs(), std::back_inserter(runs), is_shown_whole);
  return runs;
}

std::string name_of(const testing::TestParamInfo<std::string>& each) {
  std::string name = each.param;
  std::ranges::replace_if(name, [](char c) { return c == ' ' || c == '/'; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Victims, StraceLogOf, testing::ValuesIn(victims_shown_whole()), name_of);

class StraceLog : public testing::Test {
 protected:
  void SetUp() override { AJAR_NEEDS("strace", "strace"); }

  TempDir directory_;
};

TEST_F(StraceLog, TellsTheSameWhateverItsTimesAndNames) {
  const std::vector<std::vector<std::string>> all = {
      {"-f", "-k", "-ttt", "-T", "-yy"},
      {"-f", "-k", "-r", "-i"},
      {"-f", "-k", "-t", "-r", "-n", "-y"},
      {"-f", "-k", "-tt", "-e", "trace=%desc,%network,%process"},
      {"-f", "-k", "-tt", "-Y", "-s", "4"}};
  for (const char* const victim : {"leak_in_child", "dup_family"}) {
    for (const std::vector<std::string>& options : all) {
      SCOPED_TRACE(std::string(victim) + ", the last option is " + options.back());
      expect_groups(trace_by_strace(directory_, victim, options));
    }
  }
}

TEST_F(StraceLog, WithoutStacksHasTheCallsAndSaysSo) {
  const Traced seen = trace_by_strace(directory_, "leak_files", {"-f", "-y", "-tt"});
  ASSERT_EQ(seen.truths.size(), 1U);
  const harness::ReportedProcess* process = seen.reported.find(seen.truths[0].pid);
  ASSERT_NE(process, nullptr);
  ASSERT_EQ(process->groups.size(), 1U) << process->summary();
  EXPECT_EQ(process->groups[0].outstanding, 100U);
  EXPECT_EQ(process->groups[0].module, "");
  EXPECT_THAT(warnings_of(directory_), Contains(HasSubstr("strace -k")));
}

TEST_F(StraceLog, WithoutTimesIsJudgedByWhatIsClosed) {
  straced(directory_, "leak_files", {"-f", "-k"});
  EXPECT_THAT(
      text_of(directory_, {"report", "x.strace"}),
      AllOf(HasSubstr("LEAK  100 × file"), HasSubstr("leak_files  open_log()"), HasSubstr("strace -tt")));
}

TEST_F(StraceLog, OfAProgramThatRanAlreadySaysWhatWasOpenBefore) {
  harness::Running victim({.words = harness::victim_command("leak_files"), .directory = directory_.path()});
  const std::string pid = std::to_string(victim.pid());
  ASSERT_TRUE(victim.wait_until([&] { return harness::count_descriptors(pid) > 20; }));
  const Outcome by_strace =
      harness::run({.words = {"strace", "-f", "-k", "-y", "-tt", "-o", "x.strace", "-p", pid},
                    .directory = directory_.path()});
  const Traced seen = traced(directory_, victim.finish(), "x.strace");
  ASSERT_EQ(seen.truths.size(), 1U);
  const harness::ReportedProcess* process = seen.reported.find(victim.pid());
  ASSERT_NE(process, nullptr) << by_strace.err;
  EXPECT_EQ(process->open, seen.truths[0].open);
  EXPECT_GT(process->coverage.before_tracking, 20U);
  EXPECT_EQ(process->coverage.inherited, 0U);
  ASSERT_EQ(process->groups.size(), 1U) << process->summary();
  EXPECT_EQ(process->groups[0].function, "open_log");
  EXPECT_EQ(process->groups[0].outstanding + process->coverage.before_tracking, 103U);
  EXPECT_EQ(process->name, "leak_files");
}

TEST_F(StraceLog, ThatWasKilledIsReadUpToItsHalfLine) {
  straced(directory_, "leak_files", {"-f", "-k", "-y", "-tt"});
  const std::string whole = harness::read_file(directory_.path() / "x.strace");
  const std::size_t call = whole.find("request-050.log");
  ASSERT_NE(call, std::string::npos);
  harness::write_file(directory_.path() / "x.strace", whole.substr(0, call + 3));
  const std::string text = text_of(directory_, {"report", "x.strace"});
  EXPECT_THAT(text, AllOf(HasSubstr("open where the log ends"), HasSubstr("leak_files  open_log()")));
}

TEST_F(StraceLog, WithoutAnyCloseIsRefused) {
  straced(directory_, "leak_files", {"-f", "-e", "trace=openat"});
  const Outcome outcome = harness::run(ajar(directory_, {"report", "x.strace"}));
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("x.strace: "), HasSubstr("none that closes any")));
}

TEST_F(StraceLog, WithoutItsChildrenSaysSo) {
  trace_by_strace(directory_, "leak_in_child", {"-k", "-tt"});
  EXPECT_THAT(warnings_of(directory_), Contains(HasSubstr("2 processes that it made are not in the log")));
  trace_by_strace(directory_, "leak_threads", {"-k", "-tt"});
  EXPECT_THAT(warnings_of(directory_), Contains(HasSubstr("threads that it made are not in the log")));
}

TEST_F(StraceLog, IsReadByTheOtherCommands) {
  const Traced seen = trace_by_strace(directory_, "close_anothers", {"-f", "-k", "-y", "-tt"});
  EXPECT_THAT(text_of(directory_, {"who-closed", "3", "x.strace"}),
              AllOf(HasSubstr("CLOSED BY ANOTHER"), HasSubstr("close_cache()")));
  straced(directory_, "leak_files", {"-f", "-k", "-y", "-tt"});
  const std::string handles = text_of(directory_, {"handles", "x.strace"});
  EXPECT_THAT(handles, HasSubstr("103"));
  EXPECT_THAT(text_of(directory_, {"report", "x.strace"}),
              HasSubstr("x.strace: strace's log of leak_files (pid "));
  EXPECT_THAT(text_of(directory_, {"console", "x.strace", "-c", "!htrace -diff"}),
              HasSubstr("leak_files!open_log"));
  std::filesystem::rename(directory_.path() / "x.strace", directory_.path() / "a.strace");
  straced(directory_, "leak_files", {"-f", "-k", "-y", "-tt"});
  EXPECT_THAT(text_of(directory_, {"diff", "a.strace", "x.strace"}), HasSubstr("103"));
}

}  // namespace
}  // namespace ajar::e2e
