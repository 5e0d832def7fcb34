#include "agent/core/told.h"

#include <gtest/gtest.h>

namespace ajar::agent::told {
namespace {

TEST(Told, IsSinceAMomentWhatWasNotedAfterIt) {
  note(5);
  const uint64_t before = moment();
  EXPECT_FALSE(since(before, 5));
  note(6);
  EXPECT_TRUE(since(before, 6));
  EXPECT_FALSE(since(before, 5));
  EXPECT_FALSE(since(moment(), 6));
}

TEST(Told, LeavesOutNumbersThatItHasNoRoomFor) {
  const uint64_t before = moment();
  note(-1);
  note(kNumbers);
  EXPECT_FALSE(since(before, -1));
  EXPECT_FALSE(since(before, kNumbers));
}

TEST(Told, IsNotedOnlyFromWhenItIsAskedFor) {
  told.wanted = false;
  EXPECT_FALSE(wanted());
  want();
  EXPECT_TRUE(wanted());
}

}  // namespace
}  // namespace ajar::agent::told
