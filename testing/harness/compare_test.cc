#include "harness/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ajar::harness {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Truth one_leak() {
  return parse_truths(
             R"(truth: {"pid":7,"outstanding":[{"type":"file|directory","count":5,"function":"f","module":"m",)"
             R"("verdict":"leak"}],"open":8,"inherited":3,"unseen":0,"bad_closes":0})")
      .at(0);
}

ReportedGroup five_files() {
  ReportedGroup group;
  group.verdict = "leak";
  group.reason = "opens go on to the end";
  group.type = "file";
  group.outstanding = group.opened = 5;
  group.module = "m";
  group.function = "f(int)";
  return group;
}

ReportedProcess right_report() {
  ReportedProcess process;
  process.pid = 7;
  process.open = 8;
  process.groups = {five_files()};
  process.coverage = {.open = 8,
                      .explained = 8,
                      .before_tracking = 0,
                      .inherited = 3,
                      .unseen = 0,
                      .lost_events = 0,
                      .compared = "exit"};
  return process;
}

TEST(Compare, FindsNothingWhereReportAndTruthAgree) {
  EXPECT_THAT(differences(right_report(), one_leak()), IsEmpty());
  EXPECT_THAT(contradictions(right_report()), IsEmpty());
}

TEST(Compare, OfAnAttachedProcessTheFirstThreeAreFromBeforeTrackingAndTheOthersInherited) {
  Truth truth = one_leak();
  truth.attached = true;
  EXPECT_THAT(differences(right_report(), truth), testing::SizeIs(2));
  ReportedProcess report = right_report();
  report.coverage.inherited = 0;
  report.coverage.before_tracking = 3;
  EXPECT_THAT(differences(report, truth), IsEmpty());
  EXPECT_THAT(differences(report, one_leak()), testing::SizeIs(2));
  truth.inherited = 4;
  report.coverage.inherited = 1;
  EXPECT_THAT(differences(report, truth), IsEmpty());
}

TEST(Compare, AddsTheGroupsOfOneRow) {
  ReportedProcess report = right_report();
  report.groups[0].outstanding = 2;
  report.groups.push_back(five_files());
  report.groups[1].outstanding = 3;
  EXPECT_THAT(differences(report, one_leak()), IsEmpty());
}

TEST(Compare, SaysWhichRowHasAnotherCount) {
  ReportedProcess report = right_report();
  report.groups[0].outstanding = 4;
  EXPECT_THAT(differences(report, one_leak()),
              ElementsAre(HasSubstr("by 'f' in 'm': reported 4, in truth 5")));
}

TEST(Compare, SaysWhichVerdictIsWrongAndWhatItsReasonWas) {
  ReportedProcess report = right_report();
  report.groups[0].verdict = "steady";
  EXPECT_THAT(differences(report, one_leak()),
              ElementsAre(HasSubstr("should be leak; its reason was: opens go on")));
}

TEST(Compare, SaysWhatIsReportedAndNotTrue) {
  ReportedProcess report = right_report();
  report.groups.push_back(five_files());
  report.groups[1].function = "innocent";
  EXPECT_THAT(differences(report, one_leak()),
              ElementsAre(HasSubstr("not in truth: 5 x file by 'innocent'")));
}

TEST(Compare, LetsARowBeInheritedWhereItMay) {
  Truth truth = one_leak();
  truth.outstanding[0].instead = "inherited";
  ReportedProcess report = right_report();
  report.groups.clear();
  EXPECT_THAT(differences(report, truth), ElementsAre(HasSubstr("inherited: reported 3, in truth 8")));
  report.coverage.inherited = 8;
  EXPECT_THAT(differences(report, truth), IsEmpty());
}

TEST(Compare, KnowsWhoOpenedWhatWasInherited) {
  ReportedProcess report = right_report();
  report.coverage.inherited_from = {"", "g(int)", ""};
  Truth truth = one_leak();
  truth.inherited_from = {{"g", 1}};
  EXPECT_THAT(differences(report, truth), IsEmpty());
  truth.inherited_from = {{"h", 1}};
  EXPECT_THAT(differences(report, truth), ElementsAre("inherited, opened by 'h': reported 0, in truth 1"));
}

TEST(Compare, CountsBadClosesOfAllStacks) {
  ReportedProcess report = right_report();
  report.bad_closes = {{.kind = "closed twice",
                        .handle = 5,
                        .count = 2,
                        .stack = {},
                        .closed_by = {},
                        .opened_by = {},
                        .noticed_by = {}}};
  EXPECT_THAT(differences(report, one_leak()), ElementsAre("bad closes: reported 2, in truth 0"));
}

TEST(Compare, ComparesWhatWasClosedAsTheProgramEnded) {
  ReportedProcess report = right_report();
  report.open = report.coverage.open = report.coverage.explained = 3;
  report.groups[0].outstanding = 0;
  report.groups[0].closed = report.groups[0].closed_at_end = 5;
  Truth truth = one_leak();
  truth.open = 3;
  truth.outstanding[0].count = 0;
  truth.outstanding[0].closed_at_end = 5;
  EXPECT_THAT(differences(report, truth), IsEmpty());
  truth.outstanding[0].closed_at_end = 6;
  EXPECT_THAT(differences(report, truth), ElementsAre(HasSubstr("reported 5, in truth 6")));
  truth.outstanding.clear();
  EXPECT_THAT(differences(report, truth), ElementsAre(HasSubstr("not in truth")));
}

TEST(Compare, MindsAnAccusationOfTheftThatTheTruthDoesNotMake) {
  ReportedProcess report = right_report();
  report.bad_closes = {
      {.kind = "closes another's", .stack = {}, .closed_by = {}, .opened_by = {}, .noticed_by = {}}};
  Truth truth = one_leak();
  truth.bad_closes = 1;
  EXPECT_THAT(differences(report, truth), ElementsAre("closes of another's: reported 1, in truth 0"));
  truth.thefts = 1;
  EXPECT_THAT(differences(report, truth), IsEmpty());
}

TEST(Compare, SeesThatAProcessWasNotTraced) {
  ReportedProcess report = right_report();
  report.not_traced = "statically linked";
  EXPECT_THAT(differences(report, one_leak()), ElementsAre("not traced: statically linked"));
}

TEST(Arithmetic, MustAddUpToWhatIsOpen) {
  ReportedProcess report = right_report();
  report.coverage.unseen = 1;
  EXPECT_THAT(contradictions(report),
              ElementsAre(HasSubstr("the sum of outstanding, inherited"), HasSubstr("explained")));
}

TEST(Arithmetic, MustNotExplainWhatNobodySaw) {
  ReportedProcess report = right_report();
  report.coverage.before_tracking = 2;
  report.coverage.inherited = 1;
  EXPECT_THAT(contradictions(report), ElementsAre(HasSubstr("explained")));
  report.coverage.explained = 6;
  EXPECT_THAT(contradictions(report), IsEmpty());
}

TEST(Truth, IsTheLastThatAProcessStated) {
  const std::vector<Truth> truths = parse_truths(
      "before\ntruth: {\"pid\":1,\"outstanding\":[],\"open\":3}\ntruth: "
      "{\"pid\":2,\"outstanding\":[],\"open\":4}\n"
      "truth: {\"pid\":1,\"outstanding\":[],\"open\":5}\nafter\n");
  ASSERT_EQ(truths.size(), 2U);
  EXPECT_EQ(truths[0].open, 5U);
  EXPECT_EQ(truths[1].open, 4U);
  EXPECT_EQ(truths[0].inherited, std::nullopt);
}

TEST(Truth, MustAddUpToo) {
  Truth truth = one_leak();
  EXPECT_THAT(contradictions(truth), IsEmpty());
  truth.open = 9;
  EXPECT_THAT(contradictions(truth), ElementsAre("pid 7 states 8 descriptors and has 9"));
}

}  // namespace
}  // namespace ajar::harness
