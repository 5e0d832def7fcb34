#include "platform/own_usage.h"

#include <gtest/gtest.h>

#include <chrono>

namespace ajar::platform {
namespace {

TEST(OwnUsage, TellsTimeMemoryAndStartOfThisProcess) {
  const OwnUsage before = OwnUsage::now();
  EXPECT_GT(before.resident_bytes, 100'000U);
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  EXPECT_LE(before.started_unix_s, now.count() + 1);
  OwnUsage after = before;
  while (after.cpu_s < before.cpu_s + 0.01) after = OwnUsage::now();
  EXPECT_EQ(after.started_unix_s, before.started_unix_s);
}

}  // namespace
}  // namespace ajar::platform
