#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/truth.h"
#include "harness/victims.h"
#include "kernels/on_kernel.h"

// Linux 6.1, as Debian 12 has it.
namespace ajar::kernels {
namespace {

using harness::Outcome;
using testing::HasSubstr;

class Kernel61 : public OnKernel {
 protected:
  Kernel61() : OnKernel("6.1") {}
};

TEST_F(Kernel61, HasALeakBlamedOnTheFunctionThatTheVictimNames) {
  const Outcome seen = run({AJAR_PROGRAM, "run", "-o", "/tmp/x.ajar", "--", harness::victim("leak_files")});
  EXPECT_EQ(seen.exit_status, 0) << seen.err;
  const std::vector<harness::Truth> truths = harness::parse_truths(seen.out);
  ASSERT_EQ(truths.size(), 1U) << seen.out << seen.err;
  ASSERT_EQ(truths[0].outstanding.size(), 1U);
  const harness::TrueGroup& leak = truths[0].outstanding[0];
  EXPECT_THAT(seen.err, HasSubstr("LEAK  " + std::to_string(leak.count) + " × " + leak.type));
  EXPECT_THAT(seen.err, HasSubstr(leak.module + "  " + leak.function + "()"));
}

TEST_F(Kernel61, TellsLibbpfItsTypesAndTakesProgramsAndRingBuffers) {
  const Outcome seen = run({AJAR_TYPES, "files_struct", "next_fd"});
  EXPECT_EQ(seen.exit_status, 0) << seen.err;
  EXPECT_THAT(seen.out,
              testing::MatchesRegex("files_struct.next_fd is at bit [0-9]+\n"
                                    "tracepoint programs: yes\ntracing programs: yes\nring buffers: yes\n"));
}

}  // namespace
}  // namespace ajar::kernels
