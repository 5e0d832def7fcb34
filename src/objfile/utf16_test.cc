#include "objfile/utf16.h"

#include <gtest/gtest.h>

#include "objfile/testing/fake_elf.h"

namespace ajar::objfile {
namespace {

std::string read(const std::string& bytes) {
  return utf8_of_utf16(bytes_of(bytes));
}

std::string units(std::initializer_list<unsigned> numbers) {
  std::string bytes;
  for (const unsigned number : numbers) append_number(bytes, number, 2);
  return bytes;
}

TEST(Utf16, CharactersOfEveryLengthBecomeUtf8) {
  EXPECT_EQ(read(units({'a', 0xe9, 0x20ac, 0xd83d, 0xde00})), "aé€😀");
  EXPECT_EQ(read(""), "");
}

TEST(Utf16, HalvesOfPairsAreReplaced) {
  EXPECT_EQ(read(units({0xd83d, 'x'})), "\uFFFDx");
  EXPECT_EQ(read(units({0xde00, 0xd83d})), "\uFFFD\uFFFD");
  EXPECT_EQ(read(units({'a'}) + 'b'), "a\uFFFD");
}

TEST(Utf16, Utf8OfEveryLengthBecomesUnits) {
  EXPECT_EQ(utf16_of_utf8("aé€😀"), u"aé€😀");
  EXPECT_EQ(utf16_of_utf8(""), u"");
}

TEST(Utf16, WhatIsNoUtf8IsReplaced) {
  EXPECT_EQ(utf16_of_utf8("a\xff"), u"a\xfffd");
  EXPECT_EQ(utf16_of_utf8("\xe2\x82"), u"\xfffd\xfffd");            // cut off
  EXPECT_EQ(utf16_of_utf8("\xc0\x80"), u"\xfffd\xfffd");            // longer than it need be
  EXPECT_EQ(utf16_of_utf8("\xed\xa0\x80"), u"\xfffd\xfffd\xfffd");  // half of a pair
}

}  // namespace
}  // namespace ajar::objfile
