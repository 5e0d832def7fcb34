#include "import/strace/frame_line.h"

#include <gtest/gtest.h>

namespace ajar::import::strace {
namespace {

TEST(FrameLine, HasModuleFunctionAndPlace) {
  const auto frame = parse_frame("/usr/lib/x86_64-linux-gnu/libc.so.6(__open64+0x51) [0xf8011]");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->module, "/usr/lib/x86_64-linux-gnu/libc.so.6");
  EXPECT_EQ(frame->function, "__open64");
  EXPECT_EQ(frame->displacement, 0x51U);
  EXPECT_EQ(frame->offset, 0xf8011U);
}

TEST(FrameLine, MayLackTheFunction) {
  const auto frame = parse_frame("/opt/shop/shop-server() [0x13ff]");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->function, "");
  EXPECT_EQ(frame->offset, 0x13ffU);
}

TEST(FrameLine, MayHaveBracketsInTheFunctionsNameAndInThePath) {
  const auto frame = parse_frame(
      "/opt/shop (new)/libpricing.so(Shop::operator()(int, std::function<void (int)>) const+0x1f) [0x1234]");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->module, "/opt/shop (new)/libpricing.so");
  EXPECT_EQ(frame->function, "Shop::operator()(int, std::function<void (int)>) const");
  EXPECT_EQ(frame->displacement, 0x1fU);
}

TEST(FrameLine, MayHaveTheSource) {
  const auto frame = parse_frame("/opt/shop/shop-server(main+0x44) [0x1184] src/server.cpp:91");
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->file, "src/server.cpp");
  EXPECT_EQ(frame->line, 91U);
  EXPECT_EQ(parse_frame("/opt/x(f+0x1) [0x2] somewhere"), std::nullopt);
}

TEST(FrameLine, OfWordsIsNone) {
  for (const char* text :
       {"unexpected_backtracing_error [0x7f0000001000]", "too many stack frames", "", "BUG IN print_call_cb",
        "() [0x12]", "/x(f+0x) [0x1]", "/x(f) [0x1]", "/x(f+0x1) [0x]"})
    EXPECT_EQ(parse_frame(text), std::nullopt) << text;
}

}  // namespace
}  // namespace ajar::import::strace
