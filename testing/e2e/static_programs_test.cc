#include <gtest/gtest.h>

#include "e2e/traced.h"
#include "e2e/ways.h"
#include "harness/victims.h"

// Programs that have the C library linked into themselves: whose the program's functions are and whose the
// library's is not told by modules.
namespace ajar::e2e {
namespace {

using harness::TempDir;

// By each way in that sees them.
class InStaticPrograms : public ByWay {
 protected:
  void expect_truth_of(std::string_view name) { expect_truth_of(harness::victim_command(name)); }

  void expect_truth_of(std::vector<std::string> words) {
    const Traced seen = trace(directory_, std::move(words), {"--via", GetParam()});
    EXPECT_EQ(seen.run.exit_status, 0) << seen.run.err;
    expect_truth(seen);
  }

 private:
  TempDir directory_;
};

TEST_P(InStaticPrograms, ALeakInAThreadIsThatOfTheThreadsFunction) {
  expect_truth_of("leak_threads_static");
}

TEST_P(InStaticPrograms, WhatASignalsHandlerOpensIsTheHandlers) {
  expect_truth_of("signal_handler_static");
}

// They open within microseconds of their beginning: what is known of them then is what they were forked from.
TEST_P(InStaticPrograms, ManyThatBeginAtOnceHaveWholeStacksFromTheirFirstCallOn) {
  const std::string each = harness::victim("successors_static") + " open_two";
  expect_truth_of({"/bin/sh", "-c",
                   "for worker in 1 2 3 4 5 6; do\n"
                   "  ( for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do " +
                       each +
                       "; done ) &\n"
                       "done\n"
                       "wait"});
}

INSTANTIATE_TEST_SUITE_P(By, InStaticPrograms, testing::Values("ebpf", "ptrace"), name_of_way);

}  // namespace
}  // namespace ajar::e2e
