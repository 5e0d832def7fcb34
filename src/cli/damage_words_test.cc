#include "cli/damage_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ajar::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(DamageWords, SaysNothingAboutAWholeRecording) {
  EXPECT_THAT(damage_words({}, true), IsEmpty());
}

TEST(DamageWords, CountsWhatCouldNotBeRead) {
  EXPECT_THAT(damage_words({.bytes = 70000, .places = 2, .unknown_blocks = 0}, true),
              ElementsAre(HasSubstr("damaged in 2 places: 70,000 bytes")));
  EXPECT_THAT(damage_words({.bytes = 1, .places = 1, .unknown_blocks = 0}, true),
              ElementsAre(HasSubstr("damaged in 1 place: 1 byte could")));
}

TEST(DamageWords, TellsALaterVersionFromDamage) {
  EXPECT_THAT(damage_words({.bytes = 0, .places = 0, .unknown_blocks = 3}, true),
              ElementsAre(HasSubstr("3 blocks")));
}

TEST(DamageWords, SaysThatTheEndIsMissing) {
  EXPECT_THAT(damage_words({}, false), ElementsAre(HasSubstr("has no end")));
}

}  // namespace
}  // namespace ajar::cli
