#include "platform/kernel_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace ajar::platform {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(KernelLog, MessageStandsBetweenTheNumbersAndTheNames) {
  EXPECT_EQ(message_of("6,339,5140900,-;NET: Registered\n SUBSYSTEM=acpi\n DEVICE=+acpi\n"),
            "NET: Registered");
  EXPECT_EQ(message_of("6,1,2,-;a;b"), "a;b");
  EXPECT_EQ(message_of(""), "");
  EXPECT_EQ(message_of("no record"), "");
}

TEST(KernelLog, TellsWhatCameSinceItWasOpenedOrReadLast) {
  std::string path = testing::TempDir() + "kernel-log-XXXXXX";
  ASSERT_GE(::mkstemp(path.data()), 0);
  std::ofstream(path, std::ios::app) << "6,1,1,-;before\n";
  auto log = KernelLog::open(path);
  ASSERT_TRUE(log.ok());
  EXPECT_THAT(log.value().take(), IsEmpty());
  std::ofstream(path, std::ios::app) << "6,2,2,-;VFS: file-max limit 100 reached\n";
  EXPECT_THAT(log.value().take(), ElementsAre("VFS: file-max limit 100 reached"));
  EXPECT_THAT(log.value().take(), IsEmpty());
  ::unlink(path.c_str());
}

TEST(KernelLog, ThatIsNotThereIsNamed) {
  const auto log = KernelLog::open("/no/kmsg");
  ASSERT_FALSE(log.ok());
  EXPECT_THAT(log.error().message(), HasSubstr("/no/kmsg"));
}

}  // namespace
}  // namespace ajar::platform
