#include "import/windbg/frames.h"

#include <gtest/gtest.h>

namespace ajar::import::windbg {
namespace {

PrintedFrame frame(std::optional<std::uint64_t> address, std::string module, std::string function,
                   std::optional<std::uint64_t> displacement, std::string file = {}, std::uint32_t line = 0) {
  return {.address = address,
          .module = std::move(module),
          .function = std::move(function),
          .displacement = displacement,
          .file = std::move(file),
          .line = line};
}

TEST(TraceFrame, HasAddressModuleFunctionAndDisplacement) {
  EXPECT_EQ(trace_frame("0x7c827369: ntdll!ZwOpenKey+0x0000000c"),
            frame(0x7c827369, "ntdll", "ZwOpenKey", 0xc));
  EXPECT_EQ(trace_frame("0x00007ff8`5f3cd3f4: ntdll!NtOpenKeyEx"),
            frame(0x7ff85f3cd3f4, "ntdll", "NtOpenKeyEx", std::nullopt));
}

TEST(TraceFrame, MayBeOfCodeThatNobodyKnows) {
  EXPECT_EQ(trace_frame("0x00101991: +0x00101991"), frame(0x101991, "", "", 0x101991));
  EXPECT_EQ(trace_frame("0x10001dea: shop_plugin+0x00001dea"), frame(0x10001dea, "shop_plugin", "", 0x1dea));
}

TEST(TraceFrame, MayLackItsAddressAsAjarsConsoleShowsIt) {
  EXPECT_EQ(trace_frame("0x????????: ntdll!ZwOpenKey+0x0000000c"),
            frame(std::nullopt, "ntdll", "ZwOpenKey", 0xc));
  EXPECT_FALSE(trace_frame("0x: ntdll!ZwOpenKey+0x0000000c"));
}

TEST(TraceFrame, KeepsTheSignsAndBlanksOfFunctions) {
  EXPECT_EQ(trace_frame("0x1: app!std::map<int,std::less<int> >::operator+=+0x1f"),
            frame(1, "app", "std::map<int,std::less<int> >::operator+=", 0x1f));
}

TEST(TraceFrame, MayHaveALine) {
  EXPECT_EQ(trace_frame("0x1: app!main+0x1d [c:\\src\\my app\\main.cpp @ 57]"),
            frame(1, "app", "main", 0x1d, "c:\\src\\my app\\main.cpp", 57));
}

TEST(TraceFrame, IsNoOtherLine) {
  for (const char* line : {"", "0x", "0x1", "0x1:", "0x1: ", "0x1: no module's name+0x1", "zz: a!b+0x1",
                           "*** WARNING: Unable to verify checksum for app.exe"})
    EXPECT_FALSE(trace_frame(line)) << line;
}

TEST(SampleFrame, IsWhatReturnsToAndPerhapsWhatWasCalled) {
  EXPECT_EQ(sample_frame("ole32!CoCreateInstance+3c ole32!CoCreateInstanceEx"),
            frame(std::nullopt, "ole32", "CoCreateInstance", 0x3c));
  EXPECT_EQ(sample_frame("shop_plugin+2af0"), frame(std::nullopt, "shop_plugin", "", 0x2af0));
  EXPECT_EQ(sample_frame("shop_plugin +1a17"), frame(std::nullopt, "shop_plugin", "", 0x1a17))
      << "as it gets when it is pasted";
}

TEST(SampleFrame, IsNoProse) {
  for (const char* line : {"", "The C++ code", "Call stack sample 2", "opened 3+more", "x+y"})
    EXPECT_FALSE(sample_frame(line)) << line;
}

TEST(HexNumber, IsAllOfTheText) {
  EXPECT_EQ(hex_number("0x0000000000000a44"), 0xa44);
  EXPECT_EQ(hex_number("000001CC"), 0x1cc);
  EXPECT_EQ(hex_number("ffffffffffffffff"), UINT64_MAX);
  for (const char* text : {"", "0x", "0x1 ", "12345678123456781", "`1", "g"})
    EXPECT_FALSE(hex_number(text)) << text;
}

}  // namespace
}  // namespace ajar::import::windbg
