#include "tables/limits.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "model/snapshot.h"

namespace ajar::tables {
namespace {

TEST(Limits, OfThisProcessAreWhatTheKernelTellsIt) {
  rlimit own{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &own), 0);
  const HandleLimits limits = limits_of(platform::ProcFs(), getpid());
  EXPECT_EQ(limits.soft, own.rlim_cur);
  EXPECT_EQ(limits.hard, own.rlim_max);
}

TEST(Limits, MayBeUnlimitedAndMayBeMissing) {
  EXPECT_EQ(parse_limits("Max open files            1024                 unlimited            files     \n"),
            (HandleLimits{.soft = 1024, .hard = model::Snapshot::kNoLimit}));
  EXPECT_EQ(parse_limits("Max processes             1024                 1024\n"), HandleLimits());
  EXPECT_EQ(parse_limits("Max open files\nMax x  7 8"), HandleLimits());
  EXPECT_EQ(limits_of(platform::ProcFs("/nowhere"), 1), HandleLimits());
}

TEST(Limits, OfTheSystemAreReadWhereTheKernelHasThem) {
  const SystemLimits limits = system_limits();
  ASSERT_TRUE(limits.file_max.has_value() && limits.files_open.has_value());
  EXPECT_GT(*limits.files_open, 0U);
  EXPECT_GT(*limits.file_max, *limits.files_open);
  EXPECT_FALSE(system_limits("/nowhere").nr_open.has_value());
}

}  // namespace
}  // namespace ajar::tables
