#include "conformance/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ajar::conformance {
namespace {

using harness::Outcome;
using harness::Reported;
using harness::ReportedProcess;
using harness::Truth;
using testing::HasSubstr;

// One file by f in m, which may also be unseen.
Truth truth_of(std::int64_t pid) {
  return {
      .pid = pid,
      .outstanding =
          {{.type = "file", .count = 1, .function = "f", .module = "m", .verdict = "", .instead = "unseen"}},
      .open = 4,
      .inherited = 3,
      .unseen = 0,
      .bad_closes = 0,
      .bad_uses = 0,
      .also = ""};
}

ReportedProcess process(std::int64_t pid) {
  ReportedProcess one;
  one.pid = pid;
  one.open = one.coverage.open = 4;
  one.coverage.inherited = 3;
  one.coverage.compared = "exit";
  return one;
}

ReportedProcess seen(std::int64_t pid) {
  ReportedProcess one = process(pid);
  harness::ReportedGroup group;
  group.verdict = "one-off";
  group.reason = "opened once";
  group.type = "file";
  group.outstanding = group.opened = 1;
  group.module = "m";
  group.function = "f";
  one.groups = {group};
  one.coverage.explained = 4;
  return one;
}

ReportedProcess unseen(std::int64_t pid) {
  ReportedProcess one = process(pid);
  one.coverage.unseen = 1;
  one.coverage.explained = 3;
  return one;
}

Result result_of(std::vector<ReportedProcess> processes, const std::vector<Truth>& truths) {
  return compare(Reported{.schema = "ajar/1", .processes = std::move(processes)}, truths).result;
}

TEST(Judge, CallsTheWholeTruthRight) {
  EXPECT_EQ(result_of({seen(7)}, {truth_of(7)}), Result::right);
}

TEST(Judge, CallsAnAnswerUnseenThatCountsWhatNobodySaw) {
  EXPECT_EQ(result_of({unseen(7)}, {truth_of(7)}), Result::unseen);
}

TEST(Judge, CallsUnseenWrongWhereEverybodyCouldSee) {
  Truth truth = truth_of(7);
  truth.outstanding[0].instead.clear();
  EXPECT_EQ(result_of({unseen(7)}, {truth}), Result::wrong);
}

TEST(Judge, CallsSilenceAboutADescriptorWrong) {
  ReportedProcess silent = unseen(7);
  silent.open = silent.coverage.open = 3;
  silent.coverage.unseen = 0;
  EXPECT_EQ(result_of({silent}, {truth_of(7)}), Result::wrong);
}

TEST(Judge, CallsAReportWrongThatContradictsItself) {
  ReportedProcess odd = seen(7);
  odd.coverage.explained = 9;
  EXPECT_EQ(result_of({odd}, {truth_of(7)}), Result::wrong);
}

TEST(Judge, CallsAProcessNotTracedThatTheReportListsAsSuch) {
  ReportedProcess listed = process(7);
  listed.not_traced = "it is statically linked";
  EXPECT_EQ(result_of({listed}, {truth_of(7)}), Result::not_traced);
}

TEST(Judge, CallsAMissingProcessWrong) {
  EXPECT_EQ(result_of({seen(7)}, {truth_of(7), truth_of(8)}), Result::wrong);
}

TEST(Judge, GivesTheWorstOfSeveralProcesses) {
  EXPECT_EQ(result_of({seen(7), unseen(8)}, {truth_of(7), truth_of(8)}), Result::unseen);
  EXPECT_EQ(result_of({unseen(7), seen(8)}, {truth_of(7), truth_of(8)}), Result::unseen);
}

TEST(Judge, CallsUnseenWhatTheReportHasNoWordFor) {
  Truth truth = truth_of(7);
  truth.also = "1 file in the ring's own table";
  EXPECT_EQ(result_of({seen(7)}, {truth}), Result::unseen);
}

TEST(Judge, CallsUsesUnseenOnlyWhereNoneIsTold) {
  Truth truth = truth_of(7);
  truth.bad_uses = 1;
  EXPECT_EQ(result_of({seen(7)}, {truth}), Result::unseen);
  ReportedProcess told = seen(7);
  harness::ReportedBadClose use;
  use.kind = "used closed";
  told.bad_uses = {use};
  EXPECT_EQ(result_of({told}, {truth}), Result::right);
  told.bad_uses[0].count = 2;
  EXPECT_EQ(result_of({told}, {truth}), Result::wrong);
}

Outcome ended(int status, std::string printed) {
  Outcome outcome;
  outcome.exit_status = status;
  outcome.out = std::move(printed);
  return outcome;
}

TEST(Behaviour, MayDifferInPidsOnly) {
  EXPECT_EQ(difference_in_behaviour(ended(0, R"({"pid":7})"), ended(0, R"({"pid":8})")), "");
  EXPECT_THAT(difference_in_behaviour(ended(0, "3"), ended(0, "4")), HasSubstr("prints other things"));
  EXPECT_THAT(difference_in_behaviour(ended(0, ""), ended(1, "")), HasSubstr("ends otherwise"));
}

TEST(Behaviour, IsTheSameWhereASignalIsTheStatusThatAShellWouldGive) {
  Outcome killed;
  killed.signal = 9;
  EXPECT_EQ(difference_in_behaviour(killed, ended(137, "")), "");
}

}  // namespace
}  // namespace ajar::conformance
