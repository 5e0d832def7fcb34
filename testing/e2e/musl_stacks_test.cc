#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "e2e/traced.h"
#include "harness/victims.h"

// Programs of musl, which itself has no call-frame information.
namespace ajar::e2e {
namespace {

using harness::ReportedFrame;
using harness::ReportedGroup;
using harness::ReportedProcess;
using harness::TempDir;
using testing::ElementsAre;

// The program's own functions in the stacks of what it leaks, innermost first.
std::vector<std::string> leaking_functions(const std::string& program) {
  const TempDir directory;
  const Traced seen = trace(directory, {harness::victim("musl/" + program)});
  expect_truth(seen);
  std::vector<std::string> functions;
  for (const ReportedProcess& process : seen.reported.processes) {
    for (const ReportedGroup& leak : process.with_verdict("leak")) {
      for (const ReportedFrame& frame : leak.stack) {
        if (frame.module == program) functions.push_back(frame.function);
      }
    }
  }
  return functions;
}

TEST(MuslStacks, GoAsFarAsMain) {
  EXPECT_THAT(leaking_functions("leak_files"), ElementsAre("open_log", "handle_request", "main"));
}

TEST(MuslStacks, OfProgramsWithoutAnEhFrameHeaderHaveOneFrame) {
  EXPECT_THAT(leaking_functions("leak_files_without_header"), ElementsAre("open_log"));
}

}  // namespace
}  // namespace ajar::e2e
