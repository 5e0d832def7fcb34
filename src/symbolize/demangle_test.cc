#include "symbolize/demangle.h"

#include <gtest/gtest.h>

namespace ajar::symbolize {
namespace {

TEST(Demangle, WritesCxxNamesOut) {
  EXPECT_EQ(demangle("_ZN4shop5OrderC1Ei"), "shop::Order::Order(int)");
  EXPECT_EQ(
      demangle("_Z10fetch_rateRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"),
      "fetch_rate(std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> > const&)");
}

TEST(Demangle, LeavesNamesOfCAlone) {
  EXPECT_EQ(demangle("main"), "main");
  EXPECT_EQ(demangle("i"), "i");
  EXPECT_EQ(demangle("_start"), "_start");
  EXPECT_EQ(demangle(""), "");
}

TEST(Demangle, LeavesAloneWhatOnlyLooksLikeCxx) {
  EXPECT_EQ(demangle("_Zebra"), "_Zebra");
  const std::string huge = "_Z" + std::string(100'000, 'P') + "v";
  EXPECT_EQ(demangle(huge), huge);
}

TEST(Demangle, WritesOlderRustNamesWithoutTheirHash) {
  EXPECT_EQ(demangle("_ZN4core3fmt5write17h0123456789abcdefE"), "core::fmt::write");
  EXPECT_EQ(
      demangle("_ZN58_$LT$alloc..string..String$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE"),
      "<alloc::string::String as core::fmt::Debug>::fmt");
}

TEST(Demangle, KeepsADollarThatIsNoEscape) {
  EXPECT_EQ(demangle("_ZN5a$b$c17h0123456789abcdefE"), "a$b$c");
  EXPECT_EQ(demangle("_ZN3a$b17h0123456789abcdefE"), "a$b");
}

}  // namespace
}  // namespace ajar::symbolize
