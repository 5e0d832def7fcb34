#include "unwind/places.h"

#include <gtest/gtest.h>

namespace ajar::unwinding {
namespace {

constexpr const char* kRows = R"(Contents of the .eh_frame section:

00000000 0000000000000014 00000000 CIE "zR" cf=1 df=-8 ra=16
   LOC           CFA      ra
0000000000000000 rsp+8    c-8

00000018 0000000000000024 0000001c FDE cie=00000000 pc=0000000000001000..0000000000001100
   LOC           CFA      rbx   ra
0000000000001000 rsp+16   u     c-8
0000000000001010 rbx+24   c-16  c-8
0000000000001020 exp      c-16  c-8
0000000000001030 rbp+16   u     c-16

00000018 0000000000000024 0000001c FDE cie=00000000 pc=0000000000001100..0000000000001200
   LOC           CFA      ra
0000000000001100 exp      c-8

00000040 0000000000000014 00000044 FDE cie=00000000 pc=0000000000001200..0000000000001300

)";

constexpr const char* kInstructions = R"(
00000018 0000000000000024 0000001c FDE cie=00000000 pc=0000000000001000..0000000000001100
  DW_CFA_def_cfa_expression (DW_OP_breg7 (rsp): 24; DW_OP_deref; DW_OP_plus_uconst: 8)

00000018 0000000000000024 0000001c FDE cie=00000000 pc=0000000000001100..0000000000001200
  DW_CFA_def_cfa_expression (DW_OP_breg6 (rbp): -8; DW_OP_deref)

)";

TEST(ModuleInformation, TellsWhatARuleCanSayFromWhatNot) {
  const ModuleInformation information(kRows, kInstructions);
  EXPECT_EQ(information.at(0x1000), Information::plain);
  EXPECT_EQ(information.at(0x100f), Information::plain);
  EXPECT_EQ(information.at(0x1010), Information::beyond) << "by %rbx";
  EXPECT_EQ(information.at(0x1020), Information::beyond) << "an expression with one more operation";
  EXPECT_EQ(information.at(0x1030), Information::beyond) << "the return address is elsewhere";
  EXPECT_EQ(information.at(0x1100), Information::plain) << "a realigned stack's expression";
  EXPECT_EQ(information.at(0x1250), Information::plain) << "as its CIE says";
}

TEST(ModuleInformation, HasNoneOutsideTheFunctions) {
  const ModuleInformation information(kRows, kInstructions);
  EXPECT_EQ(information.at(0xfff), Information::none);
  EXPECT_EQ(information.at(0x1300), Information::none);
}

TEST(ModuleInformation, IsUnknownWhereReadelfSaysNothing) {
  EXPECT_EQ(ModuleInformation("", "").at(0x1000), Information::unknown);
  EXPECT_EQ(ModuleInformation::of("/nowhere").at(0x1000), Information::unknown);
}

}  // namespace
}  // namespace ajar::unwinding
