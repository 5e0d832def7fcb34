#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "e2e/traced.h"
#include "harness/victims.h"

// Frames of which the few bytes of a rule can't tell how to go on.
namespace ajar::e2e {
namespace {

using harness::ReportedFrame;
using harness::ReportedGroup;
using harness::TempDir;
using testing::UnorderedElementsAre;

bool has(const ReportedGroup& group, const std::string& function) {
  return std::ranges::any_of(group.stack,
                             [&](const ReportedFrame& frame) { return frame.function == function; });
}

TEST(ExoticFrames, AreWalkedThroughToTheEndOfTheStack) {
  const TempDir directory;
  const Traced seen = trace(directory, {harness::victim("exotic_frames")});
  expect_truth(seen);
  ASSERT_EQ(seen.reported.processes.size(), 1U);
  std::multiset<std::string> whole;
  std::multiset<std::string> cut;
  for (const ReportedGroup& group : seen.reported.processes[0].groups) {
    for (const ReportedFrame& frame : group.stack) {
      if (frame.function.starts_with("exotic_"))
        (has(group, "call_through") && has(group, "main") ? whole : cut).insert(frame.function);
    }
  }
  EXPECT_THAT(whole, UnorderedElementsAre("exotic_cfa_in_rbx", "exotic_cfa_by_expression",
                                          "exotic_bp_is_offset", "exotic_bp_by_expression",
                                          "exotic_bp_is_expression", "exotic_bp_in_register",
                                          "exotic_return_in_register", "exotic_realigns", "exotic_realigns"));
  EXPECT_THAT(cut, UnorderedElementsAre("exotic_debug_frame_only")) << "its information is not mapped";
}

}  // namespace
}  // namespace ajar::e2e
