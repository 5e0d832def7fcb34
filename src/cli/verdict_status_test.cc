#include "cli/verdict_status.h"

#include <gtest/gtest.h>

namespace ajar::cli {
namespace {

using report::Verdict;

report::Report report_with(Verdict verdict, std::uint64_t outstanding = 1) {
  report::Report report;
  report.processes.resize(2);
  report::Group& group = report.processes[1].groups.emplace_back();
  group.verdict = verdict;
  group.outstanding = outstanding;
  return report;
}

TEST(VerdictStatus, EachLevelIncludesTheOnesBeforeIt) {
  const auto levels = [](Verdict verdict) {
    const report::Report report = report_with(verdict);
    return std::vector{found(report, ErrorOn::leak), found(report, ErrorOn::suspect),
                       found(report, ErrorOn::any)};
  };
  EXPECT_EQ(levels(Verdict::leak), (std::vector{true, true, true}));
  EXPECT_EQ(levels(Verdict::suspect), (std::vector{false, true, true}));
  EXPECT_EQ(levels(Verdict::steady), (std::vector{false, false, true}));
  EXPECT_EQ(levels(Verdict::one_off), (std::vector{false, false, true}));
}

TEST(VerdictStatus, IgnoresWhatIsSuppressed) {
  report::Report report = report_with(Verdict::leak);
  report.processes[1].groups[0].suppressed_by = "type=pipe";
  EXPECT_FALSE(found(report, ErrorOn::any));
}

TEST(VerdictStatus, IgnoresGroupsOfWhichNothingIsOpen) {
  EXPECT_FALSE(found(report_with(Verdict::leak, 0), ErrorOn::any));
}

TEST(VerdictStatus, CountsAHandleWithoutAStackOnlyWhenAnyIsAskedFor) {
  report::Report report;
  report.processes.resize(1);
  report.processes[0].coverage.unseen_handles.emplace_back();
  EXPECT_TRUE(found(report, ErrorOn::any));
  EXPECT_FALSE(found(report, ErrorOn::suspect));
}

TEST(VerdictStatus, IsQuietAboutAnEmptyReport) {
  EXPECT_FALSE(found(report::Report{}, ErrorOn::any));
}

}  // namespace
}  // namespace ajar::cli
