#include "render/escape.h"

#include <gtest/gtest.h>

namespace ajar::render {
namespace {

TEST(Escape, OrdinaryTextStaysAsItIs) {
  EXPECT_EQ(escaped("/var/log/überlauf – 日本.log"), "/var/log/überlauf – 日本.log");
  EXPECT_EQ(escaped(""), "");
}

TEST(Escape, NothingThatCouldMoveTheCursorGetsThrough) {
  EXPECT_EQ(escaped("a\033[2Jb\n\r\t\x7f"), "a\\x1b[2Jb\\x0a\\x0d\\x09\\x7f");
  EXPECT_EQ(escaped("\xc2\x9b"
                    "31m"),
            "\\x9b31m");
  EXPECT_EQ(escaped("a\u202eb"), "a\\u{202e}b");
}

TEST(Escape, BytesThatAreNotUtf8AreShownAsBytes) {
  EXPECT_EQ(escaped("a\xff\xfe"), "a\\xff\\xfe");
  EXPECT_EQ(escaped("\xc0\x80"), "\\xc0\\x80") << "overlong";
  EXPECT_EQ(escaped("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "a surrogate";
  EXPECT_EQ(escaped("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "beyond the last character";
  EXPECT_EQ(escaped("\xe2\x82"), "\\xe2\\x82") << "cut off";
}

TEST(Columns, AreCountedInCharacters) {
  EXPECT_EQ(columns("größe"), 5U);
  EXPECT_EQ(cut("größer", 4), "grö…");
  EXPECT_EQ(cut("größe", 5), "größe");
  EXPECT_EQ(padded("ö", 3), "ö  ");
  EXPECT_EQ(padded("abcd", 3), "abcd");
}

}  // namespace
}  // namespace ajar::render
