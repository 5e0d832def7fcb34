#include "base/words.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "base/number.h"

namespace ajar::base {
namespace {

TEST(Words, AreTakenOneByOneUntilThereAreNone) {
  std::string_view rest = "  a\tbc \n d";
  EXPECT_EQ(take_word(rest), "a");
  EXPECT_EQ(take_word(rest), "bc");
  EXPECT_EQ(take_word(rest), "d");
  EXPECT_EQ(take_word(rest), "");
  EXPECT_EQ(take_word(rest), "");
}

TEST(Words, AreJoinedWithSomethingBetweenThemOnly) {
  EXPECT_EQ(joined({}, ", "), "");
  EXPECT_EQ(joined({"a"}, ", "), "a");
  EXPECT_EQ(joined({"", "b", ""}, ", "), ", b, ");
}

TEST(Words, HaveNoBlanksAroundThemWhenTheyAreTrimmed) {
  EXPECT_EQ(trimmed(" \ta b\r\n"), "a b");
  EXPECT_EQ(trimmed(" \t"), "");
  EXPECT_EQ(trimmed(""), "");
}

TEST(Words, AreTheSameWhateverTheirCase) {
  EXPECT_EQ(lowered("AZaz[@\xc4"), "azaz[@\xc4");
  EXPECT_TRUE(same_word("Key", "kEY"));
  EXPECT_FALSE(same_word("Key", "Keys"));
  EXPECT_TRUE(begins_with("HANDLE 4", "Handle "));
  EXPECT_FALSE(begins_with("Hand", "Handle "));
}

TEST(Number, IsHexadecimalWithItsSign) {
  EXPECT_EQ(in_hex(0), "0x0");
  EXPECT_EQ(in_hex(UINT64_MAX), "0xffffffffffffffff");
}

TEST(Number, IsTheWholeTextOrNothing) {
  EXPECT_EQ(parse_number("12"), 12U);
  EXPECT_EQ(parse_number<std::int64_t>("-12"), -12);
  EXPECT_EQ(parse_number("ff", 16), 255U);
  EXPECT_EQ(parse_number("18446744073709551615"), UINT64_MAX);
  for (const char* text : {"", " 1", "1 ", "-1", "+1", "0x1", "1a", "18446744073709551616"})
    EXPECT_FALSE(parse_number(text).has_value()) << text;
  EXPECT_FALSE(parse_number<std::uint8_t>("256").has_value());
}

}  // namespace
}  // namespace ajar::base
