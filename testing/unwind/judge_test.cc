#include "unwind/judge.h"

#include <gtest/gtest.h>

#include <vector>

namespace ajar::unwinding {
namespace {

using Frames = std::vector<Frame>;

const Frames kFrames = {{.pc = 0x10}, {.pc = 0x20}, {.pc = 0x30, .interrupted = true}, {.pc = 0x40}};

Walk walk(const Frames& frames, End end = End::outermost) {
  return {frames.data(), static_cast<std::uint32_t>(frames.size()), end};
}

Frames first(std::size_t count) {
  return {kFrames.begin(), kFrames.begin() + static_cast<std::ptrdiff_t>(count)};
}

void expect_wrong(const Verdict& verdict, Wrong what, std::uint32_t at) {
  EXPECT_EQ(verdict.kind, Verdict::Kind::wrong);
  EXPECT_EQ(verdict.wrong, what) << title(verdict.wrong);
  EXPECT_EQ(verdict.at, at);
}

TEST(Judge, FindsEqualWalksEqualHoweverTheyEnd) {
  EXPECT_EQ(judge(walk(kFrames), walk(kFrames)).kind, Verdict::Kind::equal);
  EXPECT_EQ(judge(walk(kFrames, End::no_unwind), walk(kFrames)).kind, Verdict::Kind::equal);
}

TEST(Judge, FindsOneWrongFrameWhereverItIs) {
  for (std::uint32_t i = 0; i < kFrames.size(); ++i) {
    Frames ours = kFrames;
    ++ours[i].pc;
    expect_wrong(judge(walk(ours), walk(kFrames)), Wrong::another_frame, i);
  }
}

TEST(Judge, FindsAFrameThatIsNotInterruptedAsTheOtherSays) {
  Frames ours = kFrames;
  ours[2].interrupted = false;
  expect_wrong(judge(walk(ours), walk(kFrames)), Wrong::another_kind, 2);
}

TEST(Judge, FindsAnEndThatIsNone) {
  expect_wrong(judge(walk(first(3)), walk(kFrames)), Wrong::ends_early, 3);
  expect_wrong(judge(walk(first(3), End::too_deep), walk(kFrames)), Wrong::ends_early, 3);
}

TEST(Judge, FindsFramesBehindLibunwindsEnd) {
  expect_wrong(judge(walk(kFrames), walk(first(2))), Wrong::goes_on, 2);
}

TEST(Judge, LetsAWalkEndOnlyForAReasonThatCanBeConfirmed) {
  Frames theirs = kFrames;
  expect_wrong(judge(walk(first(2), End::no_unwind), walk(theirs)), Wrong::cut_short, 2);
  theirs[1].has_info = false;
  const Verdict verdict = judge(walk(first(2), End::no_unwind), walk(theirs));
  EXPECT_EQ(verdict.kind, Verdict::Kind::guessed);
  EXPECT_EQ(verdict.at, 2U);
}

TEST(Judge, DoesNotExcuseAWrongFrameByTheEnd) {
  Frames ours = first(2);
  ours[1].pc = 0x99;
  expect_wrong(judge(walk(ours, End::no_unwind), walk(kFrames)), Wrong::another_frame, 1);
}

}  // namespace
}  // namespace ajar::unwinding
