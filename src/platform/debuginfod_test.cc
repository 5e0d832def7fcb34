#include "platform/debuginfod.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/testing/temp_tree.h"
#include "platform/testing/variable.h"

namespace ajar::platform {
namespace {

using testing::HasSubstr;
using Kind = DebuginfodAnswer::Kind;

TEST(Debuginfod, TheCacheIsLookedAtWithoutServers) {
  const TempTree tree{{"cache/12ab/debuginfo", "x"}, {"cache/34cd/debuginfo", ""}};
  const Variable cache("DEBUGINFOD_CACHE_PATH", tree.path("cache"));
  EXPECT_EQ(debuginfod_cached("12ab", DebuginfodFile::debug_information), tree.path("cache/12ab/debuginfo"));
  EXPECT_EQ(debuginfod_cached("12ab", DebuginfodFile::executable), "");
  EXPECT_EQ(debuginfod_cached("34cd", DebuginfodFile::debug_information), "");  // no server had it
  EXPECT_EQ(debuginfod_cached("../cache/12ab", DebuginfodFile::debug_information), "");
}

TEST(Debuginfod, FetchesFromAServerAndKeepsItInTheCache) {
  const TempTree tree{{"srv/buildid/12ab/debuginfo", "debug information"}};
  const Variable cache("DEBUGINFOD_CACHE_PATH", tree.path("cache"));
  const Variable urls("DEBUGINFOD_URLS", "file://" + tree.path("srv"));
  EXPECT_TRUE(debuginfod_is_configured());
  const auto limit = std::chrono::seconds(20);
  const DebuginfodAnswer answer = debuginfod_fetch("12ab", DebuginfodFile::debug_information, limit);
  EXPECT_EQ(debuginfod_is_there(), answer.kind != Kind::no_library);
  if (answer.kind == Kind::no_library) GTEST_SKIP() << answer.words;
  EXPECT_EQ(answer.kind, Kind::found) << answer.words;
  EXPECT_EQ(answer.path, debuginfod_cached("12ab", DebuginfodFile::debug_information));
  EXPECT_EQ(debuginfod_fetch("99ff", DebuginfodFile::debug_information, limit).kind, Kind::not_there);
}

// A server that takes connections and never answers.
TEST(Debuginfod, WaitsNoLongerThanItMay) {
  const TempTree tree{};
  const Variable cache("DEBUGINFOD_CACHE_PATH", tree.path("cache"));
  const Variable urls("DEBUGINFOD_URLS", "http://192.0.2.1/");  // a net that leads nowhere (RFC 5737)
  const auto before = std::chrono::steady_clock::now();
  const auto answer =
      debuginfod_fetch("12ab", DebuginfodFile::debug_information, std::chrono::milliseconds(300));
  EXPECT_NE(answer.kind, Kind::found);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
}

TEST(Debuginfod, IsNotAskedForWhatIsNoBuildId) {
  EXPECT_EQ(debuginfod_fetch("../../x", DebuginfodFile::executable, std::chrono::seconds(1)).kind,
            Kind::not_there);
}

}  // namespace
}  // namespace ajar::platform
