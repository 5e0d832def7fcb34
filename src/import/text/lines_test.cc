#include "import/text/lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ajar::import {
namespace {

using testing::ElementsAre;

std::vector<std::string> lines(std::string_view text) {
  return plain_lines(std::as_bytes(std::span(text)));
}

bool is_text(std::string_view text) {
  return import::is_text(std::as_bytes(std::span(text)));
}

TEST(Lines, HaveNoEnds) {
  EXPECT_THAT(lines("a\r\nb\n\nc"), ElementsAre("a", "b", "", "c"));
  EXPECT_THAT(lines(""), ElementsAre());
}

TEST(Lines, AreMadePlain) {
  EXPECT_THAT(lines("Handle\xc2\xa0= 0x1 \xe2\x80\x93 OPEN\tx"), ElementsAre("Handle = 0x1 - OPEN x"));
  EXPECT_THAT(lines("\xef\xbb\xbf\xe2\x80\x9cKey\xe2\x80\x9d"), ElementsAre("\"Key\""));
}

TEST(Lines, OfOtherBytesStayAsTheyAre) {
  EXPECT_THAT(lines("\xe4\xff\n\xe2\x80"), ElementsAre("\xe4\xff", "\xe2\x80"));
}

TEST(Lines, AreReadFromUtf16) {
  using namespace std::string_view_literals;
  EXPECT_THAT(lines("\xff\xfeK\0\xe4\0\r\0\n\0\x3d\xd8\x00\xde"sv),
              ElementsAre("K\xc3\xa4", "\xf0\x9f\x98\x80"));
  EXPECT_THAT(lines("\xff\xfe\x3d\xd8K\0\0"sv), ElementsAre("\xef\xbf\xbdK\xef\xbf\xbd"))
      << "half a pair, and half a unit at the end";
}

TEST(Text, IsToldFromOtherFilesByItsFirstBytes) {
  using namespace std::string_view_literals;
  EXPECT_TRUE(is_text("0:000> !handle\r\n\t\x1b[0m\xc3\xa4"));
  EXPECT_TRUE(is_text("\xff\xfeK\0"sv));
  EXPECT_FALSE(is_text(""));
  EXPECT_FALSE(is_text("MDMP\x93\xa7\0\0"sv));
}

}  // namespace
}  // namespace ajar::import
