#include "capture/win_htrace/handle_traces.h"

#include <gtest/gtest.h>

#include <vector>

#include "capture/win_htrace/fake_system.h"

namespace ajar::capture::win_htrace {
namespace {

HandleTrace opened(std::uint64_t handle) {
  return {.handle = handle,
          .process = 0x17e8,
          .thread = 0x17ec,
          .kind = HandleTrace::Kind::open,
          .addresses = {0x7ffa'1234, 0x7ff6'5678}};
}

TEST(HandleTraces, AnAnswerHasTheLatestFirst) {
  FakeRing ring(8);
  ring.keep(opened(0x40));
  ring.keep({.handle = 0x40, .process = 4, .thread = 8, .kind = HandleTrace::Kind::close, .addresses = {1}});
  const auto answer = ring.answer();
  const auto traces = HandleTraces::read(answer);
  ASSERT_TRUE(traces);
  ASSERT_EQ(traces->size(), 2U);
  EXPECT_EQ(traces->trace(0).kind, HandleTrace::Kind::close);
  EXPECT_EQ(traces->trace(0).process, 4U);
  const HandleTrace first = traces->trace(1);
  EXPECT_EQ(first.handle, 0x40U);
  EXPECT_EQ(first.thread, 0x17ecU);
  EXPECT_EQ(std::vector(first.frames().begin(), first.frames().end()),
            (std::vector<std::uint64_t>{0x7ffa'1234, 0x7ff6'5678}));
}

TEST(HandleTraces, AStackMayHaveAllSixteenFrames) {
  HandleTrace deep = opened(4);
  deep.addresses.fill(0x1000);
  EXPECT_EQ(deep.frames().size(), 16U);
}

TEST(HandleTraces, MoreThanTheBytesHaveIsNotThere) {
  FakeRing ring(8);
  for (int i = 0; i < 3; ++i) ring.keep(opened(0x40));
  auto answer = ring.answer();
  answer.resize(answer.size() - 1);
  const auto traces = HandleTraces::read(answer);
  ASSERT_TRUE(traces);
  EXPECT_EQ(traces->told(), 3U);
  EXPECT_EQ(traces->size(), 2U);
}

TEST(HandleTraces, TooFewBytesAreNoAnswer) {
  const std::vector<std::byte> bytes(15);
  EXPECT_FALSE(HandleTraces::read(bytes));
}

TEST(HandleTraces, WhatLiesBetweenFieldsMakesNoOtherTrace) {
  FakeRing ring(8);
  ring.keep(opened(0x40));
  const auto answer = ring.answer();
  auto same = answer, other = answer;
  same[HandleTraces::kHeaderSize + 28] = std::byte{0};
  other[HandleTraces::kHeaderSize + 40] = std::byte{0x99};
  const std::uint64_t fingerprint = HandleTraces::read(answer)->fingerprint(0);
  EXPECT_EQ(HandleTraces::read(same)->fingerprint(0), fingerprint);
  EXPECT_NE(HandleTraces::read(other)->fingerprint(0), fingerprint);
}

}  // namespace
}  // namespace ajar::capture::win_htrace
