#include "unwind/places.h"

#include <gtest/gtest.h>

namespace ajar::unwinding {
namespace {

constexpr const char* kEntries = R"(Contents of the .eh_frame section:

00000000 0000000000000014 00000000 CIE
  Version:               1
  DW_CFA_def_cfa: r7 (rsp) ofs 8

00000018 0000000000000024 0000001c FDE cie=00000000 pc=0000000000001000..0000000000001100
  DW_CFA_advance_loc: 6 to 0000000000001006
  DW_CFA_def_cfa_offset: 16

00000040 0000000000000014 00000044 FDE cie=00000000 pc=0000000000001200..0000000000001300

)";

TEST(ModuleInformation, HasNoneOutsideTheFunctions) {
  const ModuleInformation information(kEntries);
  EXPECT_EQ(information.at(0xfff), Information::none);
  EXPECT_EQ(information.at(0x1000), Information::some);
  EXPECT_EQ(information.at(0x10ff), Information::some);
  EXPECT_EQ(information.at(0x1100), Information::none);
  EXPECT_EQ(information.at(0x1250), Information::some);
  EXPECT_EQ(information.at(0x1300), Information::none);
}

TEST(ModuleInformation, IsUnknownWhereReadelfSaysNothing) {
  EXPECT_EQ(ModuleInformation("").at(0x1000), Information::unknown);
  EXPECT_EQ(ModuleInformation::of("/nowhere").at(0x1000), Information::unknown);
}

}  // namespace
}  // namespace ajar::unwinding
