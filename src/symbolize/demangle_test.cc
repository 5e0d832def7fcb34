#include "symbolize/demangle.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

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

TEST(Demangle, WritesCharactersOfOlderRustNames) {
  EXPECT_EQ(demangle("_ZN11$u7b$a$u7d$17h0123456789abcdefE"), "{a}");
  EXPECT_EQ(demangle("_ZN5$ufc$17h0123456789abcdefE"), "\u00fc");
}

TEST(Demangle, CutsWhatCompilersAppendForPartsAndCopies) {
  EXPECT_EQ(demangle("_ZN4shop4openEi.cold"), "shop::open(int)");
  EXPECT_EQ(demangle("_ZN4shop4openEi.cold.3"), "shop::open(int)");
  EXPECT_EQ(demangle("_ZN4shop4openEi.part.0"), "shop::open(int)");
  EXPECT_EQ(demangle("_ZN4shop4openEi.constprop.0.isra.0"), "shop::open(int)");
  EXPECT_EQ(demangle("_ZN4shop4openEi.llvm.1234567890"), "shop::open(int)");
  EXPECT_EQ(demangle("_ZN4shop4openEi.lto_priv.0"), "shop::open(int)");
  EXPECT_EQ(demangle("_ZN4core3fmt5write17h0123456789abcdefE.llvm.77"), "core::fmt::write");
  EXPECT_EQ(demangle("read_all.part.0.cold"), "read_all");
}

TEST(Demangle, KeepsDotsThatNoCompilerAppended) {
  EXPECT_EQ(demangle("main.part"), "main.part");  // a function of Go
  EXPECT_EQ(demangle("a.cold.b"), "a.cold.b");
  EXPECT_EQ(demangle(".cold"), ".cold");
  EXPECT_EQ(demangle(".part.0"), ".part.0");
  EXPECT_EQ(demangle("7"), "7");
  EXPECT_EQ(demangle(".7"), ".7");
}

TEST(Demangle, KeepsTheTagsOfAnAbi) {
  EXPECT_EQ(demangle("_ZN4shop4nameB5cxx11Ev"), "shop::name[abi:cxx11]()");
}

TEST(Demangle, GivesUpOnACxxNameThatStandsForGigabytes) {
  // Each B has twice the one before as its arguments: about 2^60 bytes in all.
  const auto reference = [](std::size_t id) {
    constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    std::string text;
    for (--id; text.empty() || id > 0; id /= 36) text.insert(text.begin(), digits[id % 36]);
    return "S" + text + "_";
  };
  std::string name = "_Z1f1A1BIS_S_E";
  for (std::size_t id = 2; id < 62; ++id) name += "S0_I" + reference(id) + reference(id) + "E";
  EXPECT_EQ(demangle(name), name);
}

TEST(Demangle, WritesGoNamesAsGoDoes) {
  EXPECT_EQ(demangle("main.main"), "main.main");
  EXPECT_EQ(demangle("main.(*Server).open-fm"), "main.(*Server).open-fm");
  EXPECT_EQ(demangle("main.serve.func1.2"), "main.serve.func1.2");
  EXPECT_EQ(demangle("gopkg.in/yaml%2ev3.(*Decoder).Decode"), "gopkg.in/yaml.v3.(*Decoder).Decode");
  EXPECT_EQ(demangle("main.Map[go.shape.int,go.shape.string]"), "main.Map[...]");
  EXPECT_EQ(demangle("main.(*List[go.shape.[]uint8]).Push"), "main.(*List[...]).Push");
  EXPECT_EQ(demangle("example.com/a%2eb.F[go.shape.int].func1"), "example.com/a.b.F[...].func1");
}

TEST(Demangle, LeavesAPercentSignThatGoDidNotWrite) {
  EXPECT_EQ(demangle("a.b%41"), "a.b%41");
  EXPECT_EQ(demangle("a.b%2"), "a.b%2");
  EXPECT_EQ(demangle("100%2e"), "100%2e");
}

TEST(Demangle, LeavesNamesOfMicrosoftsCompilerAlone) {
  EXPECT_EQ(demangle("?open@shop@@YAHH@Z"), "?open@shop@@YAHH@Z");
}

TEST(Demangle, LeavesNamesAloneThatNeedNone) {
  for (const char* name : {"shop::(anonymous namespace)::open::{lambda}::operator()",
                           "std::vector<int, std::allocator<int> >::push_back", "<shop::Order>::total",
                           "core::ops::function::FnOnce::call_once{{vtable.shim}}"}) {
    EXPECT_EQ(demangle(name), name);
  }
}

}  // namespace
}  // namespace ajar::symbolize
