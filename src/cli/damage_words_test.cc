#include "cli/damage_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ajar::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(DamageWords, SaysNothingAboutAWholeRecording) {
  EXPECT_THAT(damage_words({}, {}), IsEmpty());
}

TEST(DamageWords, CountsWhatCouldNotBeRead) {
  EXPECT_THAT(damage_words({.bytes = 70000, .places = 2, .unknown_blocks = 0}, {}),
              ElementsAre(HasSubstr("damaged in 2 places: 70,000 bytes")));
  EXPECT_THAT(damage_words({.bytes = 1, .places = 1, .unknown_blocks = 0}, {}),
              ElementsAre(HasSubstr("damaged in 1 place: 1 byte could")));
}

TEST(DamageWords, TellsALaterVersionFromDamage) {
  EXPECT_THAT(damage_words({.bytes = 0, .places = 0, .unknown_blocks = 3}, {}),
              ElementsAre(HasSubstr("3 blocks")));
}

TEST(DamageWords, SaysThatTheEndIsMissing) {
  EXPECT_THAT(damage_words({}, {.is_there = false}), ElementsAre(HasSubstr("has no end: ajar was stopped")));
}

TEST(DamageWords, SaysWhoIsStillWriting) {
  EXPECT_THAT(damage_words({}, {.is_there = false, .writer = 5583}),
              ElementsAre("the recording has no end yet: ajar (pid 5583) is still writing it"));
}

}  // namespace
}  // namespace ajar::cli
