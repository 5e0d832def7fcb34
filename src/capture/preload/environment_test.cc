#include "capture/preload/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/wire.h"

namespace ajar::capture::preload {
namespace {

using testing::UnorderedElementsAre;

constexpr const char* kAgent = "/opt/lib/ajar/libajar-agent.so";

TEST(Environment, GetsTheAgentAndTheSession) {
  EXPECT_THAT(with_agent({"HOME=/root"}, kAgent, "/dev/shm/s"),
              UnorderedElementsAre("HOME=/root", "LD_PRELOAD=/opt/lib/ajar/libajar-agent.so",
                                   "AJAR_SESSION=/dev/shm/s", "ASAN_OPTIONS=verify_asan_link_order=0"));
}

TEST(Environment, KeepsWhatTheUserHasSetBehindIt) {
  EXPECT_THAT(
      with_agent({"LD_PRELOAD=a.so:b.so", "ASAN_OPTIONS=detect_leaks=0", "AJAR_SESSION=/dev/shm/outer"},
                 kAgent, "/dev/shm/s"),
      UnorderedElementsAre("LD_PRELOAD=/opt/lib/ajar/libajar-agent.so:a.so:b.so", "AJAR_SESSION=/dev/shm/s",
                           "ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0"));
}

TEST(Environment, OfAProcessTellsWhatItHasOfTheAgent) {
  const std::string text = std::string("A=1\0LD_PRELOAD=x.so:", 20) + kAgent;
  EXPECT_EQ(agent_in(text), AJAR_ENVIRONMENT_AGENT);
  EXPECT_EQ(agent_in(text + '\0' + "AJAR_SESSION=/dev/shm/s"),
            AJAR_ENVIRONMENT_AGENT | AJAR_ENVIRONMENT_SESSION);
  EXPECT_EQ(agent_in("LD_PRELOAD=x.so"), 0U);
  EXPECT_EQ(agent_in(""), 0U);
}

}  // namespace
}  // namespace ajar::capture::preload
