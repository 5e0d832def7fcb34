#include "tables/limit_uses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/snapshot.h"

namespace ajar::tables {
namespace {

std::vector<std::string> names(const std::vector<LimitUse>& uses) {
  std::vector<std::string> names;
  for (const LimitUse& use : uses) names.push_back(use.name);
  return names;
}

using testing::ElementsAre;

TEST(LimitUses, TheNearestComesFirst) {
  const Used used{.handles = 100,
                  .limits = {.soft = 1024, .hard = 4096},
                  .user = "www",
                  .inotify_instances = 120,
                  .inotify_watches = 0,
                  .epoll_watches = 0};
  SystemLimits system;
  system.nr_open = 1'048'576;
  system.inotify_instances = 128;
  system.inotify_watches = 8192;
  const std::vector<LimitUse> uses = rank_limits(used, system);
  EXPECT_THAT(names(uses), ElementsAre("fs.inotify.max_user_instances", "RLIMIT_NOFILE", "hard RLIMIT_NOFILE",
                                       "fs.nr_open"));
  EXPECT_EQ(uses[0].scope, "user www");
  EXPECT_EQ(uses[0].used, 120U);
}

TEST(LimitUses, WhatIsUnlimitedUnknownOrUnusedIsLeftOut) {
  const Used used{.handles = 100, .limits = {.soft = model::Snapshot::kNoLimit, .hard = {}}, .user = "www"};
  EXPECT_TRUE(rank_limits(used, {}).empty());
}

TEST(LimitUses, ALimitOfNoneIsUsedUp) {
  const Used used{.handles = 3, .limits = {.soft = 0, .hard = 4}, .user = "www"};
  EXPECT_EQ(rank_limits(used, {}).front().share(), 1);
}

}  // namespace
}  // namespace ajar::tables
