#include "symbolize/punycode.h"

#include <gtest/gtest.h>

namespace ajar::symbolize {
namespace {

std::string decoded(std::string_view ascii, std::string_view digits) {
  std::string out;
  return append_punycode(ascii, digits, out) ? out : "no text";
}

// From RFC 3492, section 7.1, as far as they have no capital letters.
TEST(Punycode, TheExamplesOfItsSpecificationAreRead) {
  EXPECT_EQ(decoded("", "ihqwcrb4cv8a8dqg056pqjye"), "他们为什么不说中文");
  EXPECT_EQ(decoded("", "4dbcagdahymbxekheh6e0a7fei0b"), "למההםפשוטלאמדבריםעברית");
  EXPECT_EQ(decoded("", "d9juau41awczczp"), "そのスピードで");
}

TEST(Punycode, LettersOfAsciiStandWhereTheyStood) {
  EXPECT_EQ(decoded("gdel", "5qa"), "gödel");
  EXPECT_EQ(decoded("bcher", "kva"), "bücher");
}

TEST(Punycode, WhatIsNoTextIsRefused) {
  EXPECT_EQ(decoded("a", "!"), "no text");
  EXPECT_EQ(decoded("a", "KVA"), "no text");
  EXPECT_EQ(decoded("a", "9"), "no text");             // a number that has no end
  EXPECT_EQ(decoded("a", "99999999999a"), "no text");  // beyond all characters
}

}  // namespace
}  // namespace ajar::symbolize
