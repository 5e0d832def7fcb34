#include "analyze/marks.h"

#include <gtest/gtest.h>

namespace ajar::analyze {
namespace {

model::World world_with(std::initializer_list<std::pair<const char*, int>> marks) {
  model::World world;
  for (const auto& [label, second] : marks) {
    const model::MarkId id = world.marks.next_id();
    world.marks.add({.id = id, .label = label, .time = std::chrono::seconds(second)});
  }
  return world;
}

TEST(FindMark, GivesTheOneOfThatLabel) {
  const auto mark = find_mark(world_with({{"a", 1}, {"b", 2}}), "a");
  ASSERT_TRUE(mark.ok());
  EXPECT_EQ(mark.value().time, std::chrono::seconds(1));
}

TEST(FindMark, WithoutALabelGivesTheLastByTime) {
  EXPECT_EQ(find_mark(world_with({{"a", 1}, {"b", 9}, {"c", 2}}), "").value().label, "b");
}

TEST(FindMark, OfAnUnknownLabelListsThoseThatThereAre) {
  EXPECT_EQ(find_mark(world_with({{"a", 1}, {"b", 192}}), "c").error().message(),
            "there is no mark 'c' in it; there are: 'a' at 1.0 s, 'b' at 3 min 12 s");
}

TEST(FindMark, WhereThereIsNoneSaysHowToMakeOne) {
  EXPECT_EQ(find_mark({}, "").error().message(),
            "there is no mark in it; 'ajar mark PID' makes one while a session records");
}

// A damaged recording has gaps where marks were lost.
TEST(FindMark, PassesOverMarksThatWereLost) {
  model::World world;
  world.marks.put(model::MarkId{3},
                  {.id = model::MarkId{3}, .label = "third", .time = std::chrono::seconds(3)});
  EXPECT_EQ(find_mark(world, "").value().label, "third");
  EXPECT_FALSE(find_mark(world, "x").ok());
}

}  // namespace
}  // namespace ajar::analyze
