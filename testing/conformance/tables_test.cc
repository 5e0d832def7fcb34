#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "conformance/page.h"
#include "conformance/results.h"
#include "conformance/ways.h"
#include "conformance/windows_calls.h"
#include "harness/temp_dir.h"

// The tables of the suite, its results as they are kept, and the page made of them.
namespace ajar::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Situations, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const Situation& each : situations()) EXPECT_TRUE(names.insert(each.name).second) << each.name;
  EXPECT_FALSE(names.empty());
}

TEST(Expectations, SpeakOfSituationsThatThereAreAndGiveReasons) {
  for (const Expected& each : expectations()) {
    EXPECT_NE(std::ranges::find(situations(), each.situation, &Situation::name), situations().end())
        << each.situation;
    EXPECT_TRUE(each.result == Result::unseen || each.result == Result::not_traced ||
                each.result == Result::mistaken || each.result == Result::right)
        << each.situation;
    EXPECT_THAT(each.reason, Not(IsEmpty())) << each.situation;
  }
}

TEST(Expectations, AreToBeRightWhereNothingIsSaid) {
  EXPECT_EQ(expected("preload", "dup2_over").result, Result::right);
  EXPECT_EQ(expected("a way to come", "raw_open").result, Result::right);
  EXPECT_EQ(expected("preload", "raw_open").result, Result::unseen);
}

TEST(Expectations, OfAWayThatIsLikeAnotherAreThoseUnlessItHasItsOwn) {
  EXPECT_EQ(expected("attach_inject", "raw_open").result, Result::unseen);
  EXPECT_EQ(expected("attach_inject", "raw_open").reason, "as preload");
  EXPECT_EQ(expected("attach_inject", "exec").result, Result::not_traced);
  EXPECT_EQ(expected("attach_ptrace", "use_after_close").result, Result::right);
  EXPECT_EQ(expected("attach_ebpf", "raw_open").result, Result::right);
}

Results two_rows() {
  return {
      .way = "preload",
      .machine = "Linux 6.1, x86_64, root",
      .rows = {{.situation = "dup2_over", .result = Result::right, .truth = "1 × file by f", .why = ""},
               {.situation = "landlock", .result = Result::unavailable, .truth = "", .why = "no landlock"}}};
}

TEST(Results, AreReadAsTheyWereWritten) {
  const Results read = parse_results("preload", to_text(two_rows()));
  EXPECT_EQ(to_text(read), to_text(two_rows()));
  EXPECT_EQ(read.find("landlock")->result, Result::unavailable);
  EXPECT_EQ(read.find("landlock")->why, "no landlock");
  EXPECT_EQ(read.find("dup2_over")->truth, "1 × file by f");
  EXPECT_EQ(read.find("no such"), nullptr);
}

TEST(Results, KeepTheReasonOfWhatIsWrongInOneLine) {
  const Judgement judgement{.result = Result::wrong, .why = "two\nlines\tand a tab\n"};
  EXPECT_EQ(row_of(situations().front(), judgement).why, "two lines and a tab");
}

TEST(Results, SayWhatEachProcessHasAtItsEnd) {
  harness::Truth child;
  harness::Truth parent;
  parent.outstanding = {
      {.type = "file", .count = 2, .function = "f", .module = "", .verdict = "", .instead = ""}};
  parent.inherited = 4;
  parent.bad_closes = 2;
  EXPECT_EQ(in_words({child}), "nothing");
  EXPECT_EQ(in_words({child, parent}), "child: nothing; parent: 2 × file by f, 1 inherited, 2 bad closes");
}

std::vector<Results> kept_results() {
  std::vector<Results> all;
  for (const auto& entry : std::filesystem::directory_iterator(AJAR_CONFORMANCE_RESULTS))
    all.push_back(parse_results(entry.path().filename().string(), harness::read_file(entry.path())));
  return all;
}

TEST(KeptResults, HaveARowForEverySituationAndNoOther) {
  ASSERT_FALSE(kept_results().empty());
  for (const Results& way : kept_results()) {
    std::vector<std::string_view> rows, names;
    for (const Row& row : way.rows) rows.push_back(row.situation);
    for (const Situation& each : situations()) names.push_back(each.name);
    EXPECT_EQ(rows, names) << way.way << ": run tools/update-conformance build/release " << way.way;
  }
}

TEST(KeptResults, AreWhatIsExpectedOfTheWay) {
  for (const Results& way : kept_results()) {
    for (const Row& row : way.rows) {
      if (row.result == Result::unavailable) continue;
      EXPECT_EQ(name_of(row.result), name_of(expected(way.way, row.situation).result))
          << way.way << ", " << row.situation << ": " << row.why;
    }
  }
}

TEST(Page, ShowsTheReasonOfWhateverIsNotRight) {
  Results way = two_rows();
  way.rows.push_back(
      {.situation = "raw_open", .result = Result::unseen, .truth = "1 × file by g", .why = ""});
  const std::string text = page(std::vector{way});
  EXPECT_THAT(text, HasSubstr("1 × file by f | right |"));
  EXPECT_THAT(text, HasSubstr("| – | unavailable: no landlock |"));
  EXPECT_THAT(text,
              HasSubstr("1 × file by g | unseen: " + std::string(expected("preload", "raw_open").reason)));
  EXPECT_THAT(text, HasSubstr("| preload | Linux 6.1, x86_64, root | 1 | 1 | 0 | 1 | 0 |"));
}

TEST(Page, DoesNotHideWhatWasNotRun) {
  EXPECT_THAT(page(std::vector{two_rows()}), HasSubstr("| – | not run |"));
}

TEST(WindowsCalls, AreToldWithTheirReasons) {
  const WindowsCalls calls = parse_windows_calls(
      "Wine 8.0, x86_64\nNtClose\tshown\tcloses\nNtOpenSession\tuntested\tnot exported\n");
  const std::string text = windows_chapter(calls);
  EXPECT_THAT(text, HasSubstr("Run on Wine 8.0, x86_64: 1 shown, 1 untested, 0 wrong.\n"));
  EXPECT_THAT(text, HasSubstr("| `NtClose` | shown: closes |\n"));
  EXPECT_THAT(text, HasSubstr("| `NtOpenSession` | untested: not exported |\n"));
}

TEST(WindowsCalls, WithoutAResultAreRefused) {
  EXPECT_THROW(parse_windows_calls("Wine 8.0, x86_64\nNtClose\tmaybe\t\n"), std::invalid_argument);
  EXPECT_THROW(parse_windows_calls(""), std::invalid_argument);
}

// Each call of the catalog has a line, so that none is watched without a word on whether it was seen to be.
TEST(KeptWindowsCalls, AreThoseOfTheCatalogAndNoneIsWrong) {
  std::vector<std::string> kept;
  for (const WindowsCall& call : parse_windows_calls(harness::read_file(AJAR_WINDOWS_RESULTS)).calls) {
    kept.push_back(call.name);
    EXPECT_NE(call.result, "wrong") << call.name << ": " << call.why;
  }
  std::vector<std::string> known = {
#define AJAR_WINDOWS_CALL(name, arguments, effect, asked, type) #name,
#include "catalog/windows_calls.def"
#undef AJAR_WINDOWS_CALL
  };
  std::ranges::sort(known);
  EXPECT_EQ(kept, known)
      << "run: tools/update-conformance --windows build/release build/windows/bin/ajar.exe";
}

TEST(Ways, AreThoseThatAjarCheckSaysWork) {
  EXPECT_THAT(ways_that_work("ways to watch a program:\n"
                             "  preload   works  sees what works\n"
                             "  ebpf      no     sees everything\n"
                             "this machine:\n"
                             "  open      works\n"),
              ElementsAre("preload"));
}

}  // namespace
}  // namespace ajar::conformance
