#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "top/testing/example.h"

namespace ajar::top {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(TopTest, AttachingShowsTheCodeAndLeavingDetaches) {
  type("t");
  EXPECT_EQ(machine_.attached_to, FakeMachine::id_of(812));
  EXPECT_THAT(picture(), HasSubstr(" attaching …"));
  machine_.attachment = {.state = Attached::State::watching,
                         .words = "attached to gateway (pid 812) by eBPF",
                         .report = std::make_shared<report::Report>(leak_report())};
  top_.refresh();
  EXPECT_EQ(picture({.columns = 80, .lines = 18}), R"(|  gateway (pid 812): which code opens what stays open?
|  attached to gateway (pid 812) by eBPF
|    12 s   +156 open, 0 closed       LEAK +13.0/s  tcp socket  libpricing.so  fe…
|
|! 1. LEAK  156 × tcp socket, 13.0/s and growing
|     libpricing.so  fetch_rate()  pricing.cpp:48
|         fetch_rate  pricing.cpp:48  libpricing.so
|         serve0                      gateway
|         serve1                      gateway
|         serve2                      gateway
|         serve3                      gateway
|         serve4                      gateway
|         serve5                      gateway
|         serve6                      gateway
|         … 13 more frames (w)
|     opened 156, closed 0; oldest 12.0 s, newest 0.1 s
|  … 2 more lines below
|  ? help   q back   t detach   w whole stacks   Space freeze
)");
  EXPECT_THAT(picture({.columns = 80, .lines = 8}), HasSubstr(" more lines below"));
  type("w");
  EXPECT_THAT(picture({.columns = 80, .lines = 40}), HasSubstr("main"));
  EXPECT_THAT(picture({.columns = 80, .lines = 40}), Not(HasSubstr("more frames")));
  type("t");
  EXPECT_EQ(machine_.attached_to, 0U);
  EXPECT_EQ(order(), "gateway postgres worker sh");
  EXPECT_EQ(machine_.attaches, 1);
}

TEST_F(TopTest, WhatCanNotBeAttachedToSaysWhy) {
  machine_.attachment = {.state = Attached::State::ended,
                         .words = "it is not allowed; run ajar with sudo\x1b",
                         .report = nullptr};
  type("t");
  EXPECT_THAT(picture({.columns = 30, .lines = 10}),
              HasSubstr("  it is not allowed; run ajar\n|  with sudo\\x1b\n"));
  press(Code::escape);
  EXPECT_EQ(order(), "gateway postgres worker sh");
}

TEST_F(TopTest, EndingDetaches) {
  {
    Top top(machine_, {});
    EXPECT_TRUE(top.press(character("t")));
    EXPECT_NE(machine_.attached_to, 0U);
  }
  EXPECT_EQ(machine_.attached_to, 0U);
}

}  // namespace
}  // namespace ajar::top
