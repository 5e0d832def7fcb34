#include <gtest/gtest.h>

#include "symbolize/demangle.h"

namespace ajar::symbolize {
namespace {

// Names that rustc made, or that stand in the chapter "v0 Symbol Format" of its book.
TEST(RustV0, PathsAreWrittenWithoutTheirCratesHashes) {
  EXPECT_EQ(demangle("_RNvCskwGfYPst2Cb_3foo16example_function"), "foo::example_function");
  EXPECT_EQ(demangle("_RNvNtCs1234_7mycrate3foo3bar"), "mycrate::foo::bar");
  EXPECT_EQ(demangle("_RNvC6_123foo3bar"), "123foo::bar");
}

TEST(RustV0, ImplementationsAreNamedByTypeAndTrait) {
  EXPECT_EQ(demangle("_RNvMs_CslyKm7ZUR5Xk_3fooNtB4_5Order5total"), "<foo::Order>::total");
  EXPECT_EQ(demangle("_RNvXCskwGfYPst2Cb_3fooNtB2_6StructNtB2_5Trait6method"),
            "<foo::Struct as foo::Trait>::method");
  EXPECT_EQ(demangle("_RNvYNtCs1234_1a1SNtB4_1T1m"), "<a::S as a::T>::m");
}

TEST(RustV0, GenericArgumentsStandBehindColonsInValuesOnly) {
  EXPECT_EQ(demangle("_RINvCs1234_7mycrate7examplelNtB2_1SE"), "mycrate::example::<i32, mycrate::S>");
  EXPECT_EQ(demangle("_RINvCs1234_1a1fINtB2_3VechEE"), "a::f::<a::Vec<u8>>");
}

TEST(RustV0, TheCrateThatMadeTheCodeIsNotWritten) {
  EXPECT_EQ(demangle("_RINvCs1234_7mycrate7examplelECs5678_5other"), "mycrate::example::<i32>");
}

TEST(RustV0, ClosuresAndShimsHaveNumbers) {
  EXPECT_EQ(demangle("_RNCNvCs1234_1a1f0"), "a::f::{closure#0}");
  EXPECT_EQ(demangle("_RNCNvCs1234_1a1fs_0"), "a::f::{closure#1}");
  EXPECT_EQ(demangle("_RNCNCNvCs1234_1a1fs0_0s1_0B6_"), demangle("_RNCNCNvCs1234_1a1fs0_0s1_0B6_"));
  EXPECT_EQ(demangle("_RNSNvCs1234_1a1f6vtable"), "a::f::{shim:vtable#0}");
}

TEST(RustV0, TypesAreWrittenAsInSource) {
  const auto with = [](const std::string& type) { return demangle("_RINvC1a1f" + type + "E"); };
  EXPECT_EQ(with("Re"), "a::f::<&str>");
  EXPECT_EQ(with("Qh"), "a::f::<&mut u8>");
  EXPECT_EQ(with("PhOz"), "a::f::<*const u8, *mut !>");
  EXPECT_EQ(with("Ahj10_"), "a::f::<[u8; 16]>");
  EXPECT_EQ(with("Sh"), "a::f::<[u8]>");
  EXPECT_EQ(with("TEThETabE"), "a::f::<(), (u8,), (i8, bool)>");
  EXPECT_EQ(with("uvp"), "a::f::<(), ..., _>");
  EXPECT_EQ(with("FhjEu"), "a::f::<fn(u8, usize)>");
  EXPECT_EQ(with("FUKCxEy"), "a::f::<unsafe extern \"C\" fn(i64) -> u64>");
  EXPECT_EQ(with("FK8fast_abiEu"), "a::f::<extern \"fast-abi\" fn()>");
  EXPECT_EQ(with("FG_RL0_hEu"), "a::f::<for<'a> fn(&'a u8)>");
  EXPECT_EQ(with("FG0_RL0_QL1_hEu"), demangle("_RINvC1a1fFG0_RL0_QL1_hEuE"));
  EXPECT_EQ(with("DNtC1b1TEL_"), "a::f::<dyn b::T>");
  EXPECT_EQ(with("DINtC1b1ThEp6OutputjNtC1b4SendEL_"), "a::f::<dyn b::T<u8, Output = usize> + b::Send>");
  EXPECT_EQ(with("DNtC1b1Tp6OutputjEL_"), "a::f::<dyn b::T<Output = usize>>");
}

TEST(RustV0, ConstantsAreWrittenAsInSource) {
  const auto with = [](const std::string& constant) { return demangle("_RINvC1a1fK" + constant + "E"); };
  EXPECT_EQ(with("j1f_"), "a::f::<31>");
  EXPECT_EQ(with("j_"), "a::f::<0>");
  EXPECT_EQ(with("ln2a_"), "a::f::<-42>");
  EXPECT_EQ(with("b1_"), "a::f::<true>");
  EXPECT_EQ(with("c76_"), "a::f::<'v'>");
  EXPECT_EQ(with("ca_"), "a::f::<'\\n'>");
  EXPECT_EQ(with("c27_"), "a::f::<'\\''>");
  EXPECT_EQ(with("c2202_"), "a::f::<'∂'>");
  EXPECT_EQ(with("p"), "a::f::<_>");
  EXPECT_EQ(with("offffffffffffffffffff_"), "a::f::<0xffffffffffffffffffff>");
  EXPECT_EQ(with("Re616263_"), "a::f::<\"abc\">");
  EXPECT_EQ(with("Rh7_"), "a::f::<{&7}>");
  EXPECT_EQ(with("AhI"), "_RINvC1a1fKAhIE");
  EXPECT_EQ(with("Ah1_h2_E"), "a::f::<{[1, 2]}>");
  EXPECT_EQ(with("Th1_E"), "a::f::<{(1,)}>");
  EXPECT_EQ(with("VNtC1b1SS1xh1_E"), "a::f::<{b::S { x: 1 }}>");
  EXPECT_EQ(with("VNtC1b1ST_"), "_RINvC1a1fKVNtC1b1ST_E");
  EXPECT_EQ(with("VNtC1b1SU"), "a::f::<{b::S}>");
}

TEST(RustV0, IdentifiersOutsideAsciiAreDecoded) {
  EXPECT_EQ(demangle("_RNqCs4fqI2P2rA04_11utf8_identsu30____7hkackfecea1cbdathfdh9hlq6y"),
            "utf8_idents::საჭმელად_გემრიელი_სადილი");
  EXPECT_EQ(demangle("_RNvC1au1_"), "_RNvC1au1_");
  EXPECT_EQ(demangle("_RNvC1au3_999"), "a::punycode{999}");
}

TEST(RustV0, WhatLlvmAppendedIsCutOff) {
  EXPECT_EQ(demangle("_RNvC1a1f.llvm.1234ABCD"), "a::f");
  EXPECT_EQ(demangle("_RNvC1a1f.cold"), "a::f");
}

TEST(RustV0, WhatIsNoWholeNameIsLeftAlone) {
  for (const char* name : {"_R", "_RN", "_RNvC1a", "_RNvC1a9f", "_R1NvC1a1f", "_Read", "_RNvC1a1fzzz", "_RB_",
                           "_RNvB_1f", "_RNvC99999999999999999999a1f", "_RINvC1a1fKb2_E",
                           "_RINvC1a1fKcd800_E", "_RINvC1a1fL9_E", "_RNVC1a1f_"}) {
    EXPECT_EQ(demangle(name), name);
  }
}

TEST(RustV0, NestingIsBounded) {
  const std::string deep = "_RINvC1a1f" + std::string(5000, 'R') + "hE";
  EXPECT_EQ(demangle(deep), deep);
}

// Each tuple has the one before twice.
TEST(RustV0, ANameThatStandsForGigabytesIsLeftAlone) {
  const auto base_62 = [](std::size_t number) {
    constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    if (number == 0) return std::string("_");
    std::string text = "_";
    for (--number; text.size() == 1 || number > 0; number /= 62) text.insert(0, 1, digits[number % 62]);
    return text;
  };
  std::string name = "_RINvC1a1fTTE";
  std::size_t before = name.size() - 4;
  name += "E";
  for (int i = 0; i < 60; ++i) {
    const std::size_t at = name.size() - 2;
    name += "TB" + base_62(before) + "B" + base_62(before) + "E";
    before = at;
  }
  name += "E";
  EXPECT_EQ(demangle(name), name);
}

}  // namespace
}  // namespace ajar::symbolize
