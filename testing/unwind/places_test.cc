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
0000000000001040 rax+8    u     c-8
0000000000001050 r11+8    u     c-8

00000018 0000000000000024 0000001c FDE cie=00000000 pc=0000000000001100..0000000000001200
   LOC           CFA      ra
0000000000001100 exp      c-8

00000040 0000000000000014 00000044 FDE cie=00000000 pc=0000000000001200..0000000000001300

)";

TEST(ModuleInformation, TellsWhereACallMayHaveLostTheRegisterThatTheFrameGoesBy) {
  const ModuleInformation information(kRows);
  EXPECT_EQ(information.at(0x1000), Information::plain);
  EXPECT_EQ(information.at(0x1010), Information::plain) << "%rbx is kept";
  EXPECT_EQ(information.at(0x1020), Information::plain);
  EXPECT_EQ(information.at(0x1030), Information::plain);
  EXPECT_EQ(information.at(0x1040), Information::lost);
  EXPECT_EQ(information.at(0x105f), Information::lost);
  EXPECT_EQ(information.at(0x1100), Information::plain);
  EXPECT_EQ(information.at(0x1250), Information::plain) << "as its CIE says";
}

TEST(ModuleInformation, HasNoneOutsideTheFunctions) {
  const ModuleInformation information(kRows);
  EXPECT_EQ(information.at(0xfff), Information::none);
  EXPECT_EQ(information.at(0x1300), Information::none);
}

TEST(ModuleInformation, IsUnknownWhereReadelfSaysNothing) {
  EXPECT_EQ(ModuleInformation("").at(0x1000), Information::unknown);
  EXPECT_EQ(ModuleInformation::of("/nowhere").at(0x1000), Information::unknown);
}

}  // namespace
}  // namespace ajar::unwinding
