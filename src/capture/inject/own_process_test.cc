#include "capture/inject/own_process.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

namespace ajar::capture::inject {
namespace {

TEST(OwnProcess, SaysThatItSucceeded) {
  EXPECT_TRUE(in_process_of_its_own([] { return base::Result<void>(); }).ok());
}

TEST(OwnProcess, SaysWhatWentWrong) {
  const auto result =
      in_process_of_its_own([] { return base::Result<void>(base::Error("no thread waits")); });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message(), "no thread waits");
}

TEST(OwnProcess, ThatIsKilledIsNoSuccess) {
  const auto result = in_process_of_its_own([] {
    ::kill(::getpid(), SIGKILL);
    return base::Result<void>();
  });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message(), "the process that loads the agent was killed");
}

}  // namespace
}  // namespace ajar::capture::inject
