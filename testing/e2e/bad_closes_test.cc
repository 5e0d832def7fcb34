#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "e2e/traced.h"
#include "harness/victims.h"

namespace ajar::e2e {
namespace {

using harness::ReportedBadClose;
using harness::TempDir;

std::vector<ReportedBadClose> bad_closes_of(std::string_view victim) {
  const TempDir directory;
  const Traced seen = trace(directory, harness::victim_command(victim));
  return seen.reported.processes.empty() ? std::vector<ReportedBadClose>()
                                         : seen.reported.processes[0].bad_closes;
}

TEST(BadClose, OfAHandleClosedBeforeShowsWhoDidItBeforeAndWhoOpenedIt) {
  const std::vector<ReportedBadClose> all = bad_closes_of("double_close");
  const auto twice = std::ranges::find(all, "closed twice", &ReportedBadClose::kind);
  ASSERT_NE(twice, all.end());
  EXPECT_TRUE(harness::has(twice->stack, "close_it_again"));
  EXPECT_TRUE(harness::has(twice->closed_by, "close_it"));
  EXPECT_TRUE(harness::has(twice->opened_by, "open_it"));
}

TEST(BadClose, OfAHandleThatNeverWasOpenShowsWhoTried) {
  const std::vector<ReportedBadClose> all = bad_closes_of("double_close");
  const auto never = std::ranges::find(all, "not open", &ReportedBadClose::kind);
  ASSERT_NE(never, all.end());
  EXPECT_EQ(never->handle, 777U);
  EXPECT_TRUE(harness::has(never->stack, "close_what_never_was_open"));
}

// The one who is surprised is not the one who did it.
TEST(BadClose, OfAnothersHandleNamesTheThiefAndTheOwner) {
  const std::vector<ReportedBadClose> all = bad_closes_of("close_anothers");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].kind, "closes another's");
  EXPECT_TRUE(harness::has(all[0].stack, "close_cache"));
  EXPECT_TRUE(harness::has(all[0].closed_by, "close_cache"));
  EXPECT_TRUE(harness::has(all[0].opened_by, "open_journal"));
  EXPECT_TRUE(harness::has(all[0].noticed_by, "close_journal"));
}

TEST(BadClose, OfAShellIsNoise) {
  const TempDir directory;
  const Traced seen = trace(directory, {"/bin/bash", "-c", "ls / | cat; x=$(ls /); ls / >/dev/null"});
  ASSERT_FALSE(seen.reported.processes.empty());
  for (const harness::ReportedProcess& process : seen.reported.processes) {
    for (const ReportedBadClose& bad : process.bad_closes) EXPECT_TRUE(bad.noise) << process.name;
  }
  EXPECT_THAT(seen.run.err, testing::Not(testing::HasSubstr("CLOSED")));
}

}  // namespace
}  // namespace ajar::e2e
