#include "cli/values.h"

#include <gtest/gtest.h>

namespace ajar::cli {
namespace {

TEST(Number, KeepsToItsLimits) {
  EXPECT_EQ(parse_number("1", 1, 255).value(), 1U);
  EXPECT_EQ(parse_number("255", 1, 255).value(), 255U);
  for (const char* text : {"", "0", "256", "-1", "+1", "7x", "99999999999999999999"}) {
    EXPECT_FALSE(parse_number(text, 1, 255).ok()) << text;
  }
}

TEST(Number, SaysWhatWasWrongAndWhatWouldBeRight) {
  EXPECT_EQ(parse_number("ten", 1, 255).error().message(), "'ten' is no number from 1 to 255");
}

TEST(Bytes, TakesAWholeNumberOfAUnit) {
  EXPECT_EQ(parse_bytes("64KB"), 65536U);
  EXPECT_EQ(parse_bytes("100MB"), 104857600U);
  EXPECT_EQ(parse_bytes("2GB"), 2147483648U);
  for (const char* text : {"", "MB", "1.5MB", "-1MB", "7", "7mb", "7 MB", "99999999GB"})
    EXPECT_FALSE(parse_bytes(text)) << text;
}

TEST(ForShell, QuotesWhatAShellWouldReadAsSomethingElse) {
  EXPECT_EQ(for_shell("/tmp/x-1.ajar"), "/tmp/x-1.ajar");
  EXPECT_EQ(for_shell("before login"), "'before login'");
  EXPECT_EQ(for_shell("it's $HOME"), "'it'\\''s $HOME'");
  EXPECT_EQ(for_shell(""), "''");
}

}  // namespace
}  // namespace ajar::cli
