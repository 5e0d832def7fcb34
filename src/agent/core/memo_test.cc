#include "agent/core/memo.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>
#include <vector>

#include "agent/core/memos.h"
#include "agent/testing/pages.h"

namespace ajar::agent::testing {
namespace {

// Of a walk that came to stack 33.
void keep(Memo& memo, const unwind::Registers& from,
          const std::vector<std::pair<std::uint64_t, std::uint64_t>>& words, bool by_bp = false) {
  ASSERT_TRUE(memo.take());
  memo.begin(from, 1);
  for (const auto& [address, word] : words) memo.note(address, word);
  if (by_bp) memo.note_bp();
  memo.end(33);
}

TEST(Memo, HoldsOnlyWhileEveryWordIsAsItWas) {
  std::uint64_t stack[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  const auto sp = reinterpret_cast<std::uint64_t>(stack);
  const unwind::Registers from{.pc = 100, .sp = sp, .bp = 7};
  Memo memo{};
  keep(memo, from, {{sp + 8, 2}, {sp + 48, 7}});
  const std::uint64_t high = sp + sizeof(stack);
  EXPECT_EQ(memo.recall(from, 1, high), 33U);
  EXPECT_EQ(memo.recall(from, 2, high), 0U) << "code is gone since";
  EXPECT_EQ(memo.recall(from, 1, sp + 48), 0U) << "the stack is shorter than it was";
  stack[6] = 70;
  EXPECT_EQ(memo.recall(from, 1, high), 0U);
}

TEST(Memo, MindsTheFramePointerOnlyWhereTheWalkWentByIt) {
  const std::uint64_t stack[2] = {1, 2};
  const auto sp = reinterpret_cast<std::uint64_t>(stack);
  const std::uint64_t high = sp + sizeof(stack);
  const unwind::Registers from{.pc = 100, .sp = sp, .bp = 7};
  const unwind::Registers another{.pc = 100, .sp = sp, .bp = 8};
  Memo memo{};
  keep(memo, from, {{sp + 8, 2}});
  EXPECT_EQ(memo.recall(another, 1, high), 33U);
  keep(memo, from, {{sp + 8, 2}}, true);
  EXPECT_EQ(memo.recall(from, 1, high), 33U);
  EXPECT_EQ(memo.recall(another, 1, high), 0U);
}

TEST(Memo, MindsEachOfManyWords) {
  std::uint64_t stack[96] = {};
  const auto sp = reinterpret_cast<std::uint64_t>(stack);
  const std::uint64_t high = sp + sizeof(stack);
  const unwind::Registers from{.pc = 100, .sp = sp, .bp = 7};
  std::vector<std::pair<std::uint64_t, std::uint64_t>> words;
  for (std::uint64_t count = 1; count <= 9; ++count) {
    words.emplace_back(sp + 8 * count, 0);
    Memo memo{};
    keep(memo, from, words);
    EXPECT_EQ(memo.recall(from, 1, high), 33U);
    for (std::uint64_t i = 1; i <= count; ++i) {
      stack[i] = 1;
      EXPECT_EQ(memo.recall(from, 1, high), 0U) << i << " of " << count;
      stack[i] = 0;
    }
  }
}

TEST(Memo, KeepsNothingOfAWalkThatLeftTheStackOrReadTooMuch) {
  std::uint64_t stack[200] = {};
  const auto sp = reinterpret_cast<std::uint64_t>(stack);
  const unwind::Registers from{.pc = 100, .sp = sp, .bp = 7};
  Memo memo{};
  keep(memo, from, {{sp - 96, 1}});
  EXPECT_EQ(memo.recall(from, 1, sp + sizeof(stack)), 0U);
  std::vector<std::pair<std::uint64_t, std::uint64_t>> words;
  for (std::uint64_t i = 0; i < 100; ++i) words.emplace_back(sp + 8 * i, 0);
  keep(memo, from, words);
  EXPECT_EQ(memo.recall(from, 1, sp + sizeof(stack)), 0U);
}

// Two threads whose stacks end differently near, and a third that asks for the shorter one all the while: its
// words lie right before memory that can't be read.
TEST(Memo, NeverReadsBeyondTheStackThatItIsAskedAbout) {
  const auto page = static_cast<std::size_t>(getpagesize());
  void* const mapped = mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(mapped, MAP_FAILED);
  ASSERT_EQ(mprotect(static_cast<char*>(mapped) + page, page, PROT_NONE), 0);
  const auto high = reinterpret_cast<std::uint64_t>(mapped) + page;
  const unwind::Registers from{.pc = 100, .sp = high - 16, .bp = 7};
  Memo memo{};
  std::atomic<bool> over{false};
  std::thread asks([&] {
    while (!over) static_cast<void>(memo.recall(from, 1, high));
  });
  for (int i = 0; i < 1'000'000; ++i) {
    const bool is_short = i % 2 == 0;
    if (!memo.take()) continue;
    memo.begin(from, 1);
    memo.note(from.sp + 8, 0);
    for (std::uint64_t at = 2; !is_short && at < 60; ++at) memo.note(from.sp + 8 * at, 0);
    memo.end(33);
  }
  over = true;
  asks.join();
  munmap(mapped, 2 * page);
}

TEST(Memo, GivesNoAnswerWhileItIsWritten) {
  const std::uint64_t stack[2] = {1, 2};
  const auto sp = reinterpret_cast<std::uint64_t>(stack);
  const unwind::Registers from{.pc = 100, .sp = sp, .bp = 7};
  Memo memo{};
  keep(memo, from, {{sp + 8, 2}});
  ASSERT_TRUE(memo.take());
  EXPECT_EQ(memo.recall(from, 1, sp + sizeof(stack)), 0U);
  EXPECT_FALSE(memo.take()) << "somebody has it";
}

TEST(Memo, KeepsNothingOfAWalkThatWentByWhatIsNoAddress) {
  const std::uint64_t stack[2] = {1, std::uint64_t{1} << 48U};
  const auto sp = reinterpret_cast<std::uint64_t>(stack);
  const unwind::Registers from{.pc = 100, .sp = sp, .bp = 7};
  Memo memo{};
  keep(memo, from, {{sp + 8, stack[1]}});
  EXPECT_EQ(memo.recall(from, 1, sp + sizeof(stack)), 0U);
}

TEST(Memo, TellsTheFirstThingInWhichAnotherWalkDiffers) {
  std::uint64_t stack[4] = {1, 2, 3, 4};
  const auto sp = reinterpret_cast<std::uint64_t>(stack);
  const std::uint64_t high = sp + sizeof(stack);
  const unwind::Registers from{.pc = 100, .sp = sp, .bp = 7};
  const unwind::Registers another{.pc = 100, .sp = sp, .bp = 8};
  Memo memo{};
  ASSERT_TRUE(memo.take());
  memo.begin(from, 1);
  memo.note(sp + 8, 2);
  memo.note_bp();
  memo.note(sp + 24, 4);
  memo.end(33);
  EXPECT_EQ(memo.first_difference(from, 1, high), Memo::kNowhere);
  EXPECT_EQ(memo.first_difference(another, 1, high), Memo::kFramePointer);
  stack[3] = 40;
  EXPECT_EQ(memo.first_difference(from, 1, high), 3U);
  EXPECT_EQ(memo.first_difference(another, 1, high), Memo::kFramePointer);
  stack[1] = 20;
  EXPECT_EQ(memo.first_difference(another, 1, high), 1U);
}

// A stack of which a walk goes by the first words and one near the end.
struct Walked {
  std::vector<std::uint64_t> words;
  unwind::Registers from{.pc = 100, .sp = 0, .bp = 7};

  explicit Walked(std::size_t count) : words(count) {
    from.sp = reinterpret_cast<std::uint64_t>(words.data());
  }
  std::uint64_t high() const { return from.sp + 8 * words.size(); }
};

class MemosTest : public ::testing::Test {
 protected:
  // The stack's number, as it is remembered or by a walk that comes to this one.
  std::uint32_t take(const Walked& stack, std::uint32_t comes_to, bool by_bp = false) {
    const std::uint32_t remembered = memos_.data()->recall(stack.from, 1, stack.high());
    if (remembered != 0) return remembered;
    ++walks_;
    Memos::Place place = memos_.data()->place_for(stack.from, 1, stack.high());
    EXPECT_TRUE(place.take());
    place.memo().begin(stack.from, 1);
    for (std::size_t i = 0; i < stack.words.size() && i < 30; ++i)
      place.memo().note(stack.from.sp + 8 * i, stack.words[i]);
    const std::size_t last = std::min<std::size_t>(stack.words.size() - 1, 65'000);
    place.memo().note(stack.from.sp + 8 * last, stack.words[last]);
    if (by_bp) place.memo().note_bp();
    place.memo().end(comes_to);
    place.keep();
    return comes_to;
  }

  Pages<Memos> memos_{1};
  int walks_ = 0;
};

TEST_F(MemosTest, TellManyStacksOfOnePlaceApart) {
  Walked stack(30);
  const auto take_all = [&] {
    for (std::uint32_t number = 1; number <= 1000; ++number) {
      stack.words[3] = 1 + number % 8;
      stack.words[11] = 1 + number / 8 % 8;
      stack.words[29] = 1 + number / 64;
      ASSERT_EQ(take(stack, number), number);
    }
  };
  for (int i = 0; i < 4; ++i) take_all();  // by which words they differ is learned
  walks_ = 0;
  take_all();
  EXPECT_LE(walks_, 50);
}

TEST_F(MemosTest, KeepTwoWaysThatComeInTurn) {
  Walked stack(30);
  const auto take_both = [&] {
    for (std::uint32_t way = 1; way <= 2; ++way) {
      stack.words[8] = way;
      ASSERT_EQ(take(stack, way), way);
    }
  };
  for (int i = 0; i < 2; ++i) take_both();
  walks_ = 0;
  take_both();
  EXPECT_EQ(walks_, 0);
  stack.words[8] = 3;
  EXPECT_EQ(memos_.data()->recall(stack.from, 1, stack.high()), 0U) << "another way";
}

TEST_F(MemosTest, TellStacksApartByTheFramePointerHoweverLargeTheStackIs) {
  Walked stack(70'000);
  const auto take_all = [&] {
    for (std::uint32_t number = 1; number <= 10; ++number) {
      stack.from.bp = number;
      ASSERT_EQ(take(stack, number, true), number);
    }
  };
  for (int i = 0; i < 2; ++i) take_all();
  walks_ = 0;
  take_all();
  EXPECT_EQ(walks_, 0);
}

// Far more stacks than there are memos: each answer is right.
TEST_F(MemosTest, ForgetTheOldestAndNeverTakeOneStackForAnother) {
  Walked stack(300'000);
  const std::uint64_t bottom = stack.from.sp;
  for (int round = 0; round < 3; ++round) {
    for (std::uint32_t number = 1; number <= 50'000; ++number) {
      stack.from.sp = bottom + 16 * std::uint64_t{number};
      stack.words[2 * number] = number;
      const std::uint32_t remembered = memos_.data()->recall(stack.from, 1, stack.from.sp + 8);
      ASSERT_TRUE(remembered == 0 || remembered == number);
      if (remembered != 0) continue;
      Memos::Place place = memos_.data()->place_for(stack.from, 1, stack.from.sp + 8);
      ASSERT_TRUE(place.take());
      place.memo().begin(stack.from, 1);
      place.memo().note(stack.from.sp, number);
      place.memo().end(number);
      place.keep();
    }
  }
  EXPECT_EQ(memos_.data()->recall(stack.from, 1, stack.from.sp + 8), 50'000U) << "the last one is known";
}

// So many at once that each takes what others have kept.
TEST_F(MemosTest, NeverTakeAnothersStackWhileManyThreadsWrite) {
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (std::uint32_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      Walked stack(30);
      for (std::uint32_t i = 0; i < 40'000; ++i) {
        const std::uint32_t number = 1 + 4 * (i % 20'000) + thread;
        stack.words[3] = number % 256;
        stack.words[20] = number;
        const std::uint32_t remembered = memos_.data()->recall(stack.from, 1, stack.high());
        if (remembered != 0 && remembered != number) ++wrong;
        if (remembered != 0) continue;
        Memos::Place place = memos_.data()->place_for(stack.from, 1, stack.high());
        if (!place.take()) continue;
        place.memo().begin(stack.from, 1);
        for (std::size_t at = 0; at < stack.words.size(); ++at)
          place.memo().note(stack.from.sp + 8 * at, stack.words[at]);
        place.memo().end(number);
        place.keep();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

// What parts it from the others is not in those words, and what it has there is no part of the way.
TEST_F(MemosTest, KnowAStackAgainThatHasSomethingElseWhereOthersDiffer) {
  Walked stack(30);
  for (std::uint32_t number = 1; number <= 2; ++number) {
    stack.words[20] = number;
    ASSERT_EQ(take(stack, number), number);
  }
  stack.words[2] = 9;
  const auto take_short = [&](std::uint64_t anything) {
    stack.words[20] = anything;
    const std::uint32_t remembered = memos_.data()->recall(stack.from, 1, stack.high());
    if (remembered != 0) return remembered;
    Memos::Place place = memos_.data()->place_for(stack.from, 1, stack.high());
    EXPECT_TRUE(place.take());
    place.memo().begin(stack.from, 1);
    place.memo().note(stack.from.sp + 16, stack.words[2]);
    place.memo().end(3);
    place.keep();
    return 0U;
  };
  EXPECT_EQ(take_short(1000), 0U);
  EXPECT_EQ(take_short(1001), 3U);
}

// A coroutine's stack beside the thread's goes, and a smaller one comes where it was.
TEST_F(MemosTest, LookAtNothingBehindASmallerStackThatCameForALargerOne) {
  const auto page = static_cast<std::size_t>(getpagesize());
  void* const mapped = mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(mapped, MAP_FAILED);
  auto* const words = static_cast<std::uint64_t*>(mapped);
  const unwind::Registers from{.pc = 100, .sp = reinterpret_cast<std::uint64_t>(mapped), .bp = 7};
  const std::uint64_t threads_end = from.sp + (std::uint64_t{1} << 20U);
  const auto take = [&](std::size_t place) {
    if (memos_.data()->recall(from, 1, threads_end) != 0) return;
    Memos::Place kept = memos_.data()->place_for(from, 1, threads_end);
    ASSERT_TRUE(kept.take());
    kept.memo().begin(from, 1);
    kept.memo().note(from.sp + 8, words[1]);
    kept.memo().note(from.sp + 8 * place, words[place]);
    kept.memo().end(5);
    kept.keep();
  };
  for (int i = 0; i < 6; ++i) {
    words[1000] = static_cast<std::uint64_t>(i % 2);
    take(1000);
  }
  ASSERT_EQ(mprotect(static_cast<char*>(mapped) + page, page, PROT_NONE), 0);
  words[1] = 3;
  take(10);  // would end here
  munmap(mapped, 2 * page);
}

// As in a child of fork, whose parent had a thread that was writing it.
TEST_F(MemosTest, GoOnWithoutAMemoThatNobodyGivesBack) {
  Walked stack(30);
  ASSERT_TRUE(memos_.data()->place_for(stack.from, 1, stack.high()).take());
  EXPECT_FALSE(memos_.data()->place_for(stack.from, 1, stack.high()).take());
  EXPECT_EQ(take(stack, 5), 5U);
  EXPECT_EQ(take(stack, 6), 5U) << "it is remembered";
}

}  // namespace
}  // namespace ajar::agent::testing
