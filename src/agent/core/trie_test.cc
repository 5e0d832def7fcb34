#include "agent/core/trie.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <thread>

#include "agent/testing/trie_harness.h"

namespace ajar::agent::testing {
namespace {

TEST(Trie, GivesTheSameStackTheSameNumber) {
  const auto harness = std::make_unique<Harness>();
  std::vector<std::uint32_t> numbers;
  for (int i = 0; i < 5; ++i) {
    numbers.push_back(harness->trie.capture(
        caller_of_this(), {reinterpret_cast<std::uint64_t>(&numbers) - 4096, stack_end()}, 64));
  }
  for (const std::uint32_t n : numbers) EXPECT_EQ(n, numbers.front());
}

TEST(Trie, PublishesAllOnceMoreForAnotherReader) {
  const auto harness = std::make_unique<Harness>();
  const auto take = [&] {
    const unwind::Registers here = caller_of_this();
    return harness->trie.capture(here, {here.sp - 16, stack_end()}, 64);
  };
  const std::uint32_t before = take();
  const std::vector<std::uint64_t> frames = harness->frames(before);
  std::vector<ajar_node> nodes(Harness::kCapacity);
  std::uint32_t used = 0;
  ASSERT_TRUE(harness->trie.publish_again_to(nodes.data(), &used, Harness::kCapacity));
  EXPECT_EQ(used, harness->trie.used());
  harness->nodes.swap(nodes);
  EXPECT_EQ(harness->frames(before), frames);
  const std::uint32_t after = take();
  EXPECT_GT(after, before) << "it begins at a root of its own";
  EXPECT_EQ(harness->frames(after).size(), frames.size());
}

std::uint32_t (*take_here)();

// Two callers of one function with frames of one size: inside of it, pc and sp are the same.
[[gnu::noinline]] std::uint32_t from_here() {
  const std::uint32_t stack = take_here();
  asm volatile("");  // no tail call
  return stack;
}
[[gnu::noinline]] std::uint32_t from_there() {
  const std::uint32_t stack = take_here();
  asm volatile("");
  return stack;
}

TEST(Trie, TellsStacksApartThatDifferOnlyFurtherOut) {
  static std::unique_ptr<Harness> harness;
  harness = std::make_unique<Harness>();
  static std::vector<std::uint64_t> sps;
  take_here = [] {
    const unwind::Registers here = caller_of_this();
    sps.push_back(here.sp);
    return harness->trie.capture(here, {here.sp - 16, stack_end()}, 64);
  };
  std::uint32_t here[2];
  std::uint32_t there[2];
  int rounds = 2;
  asm volatile("" : "+r"(rounds));  // one call of each, made twice: not unrolled
  for (int i = 0; i < rounds; ++i) {
    here[i] = from_here();
    there[i] = from_there();
  }
  ASSERT_EQ(sps[0], sps[1]) << "the frames are of one size";
  EXPECT_NE(here[0], there[0]);
  EXPECT_EQ(here[0], here[1]);
  EXPECT_EQ(there[0], there[1]);
}

constexpr std::size_t kOutermost = 32;

TEST(Trie, KeepsTheInnermostAndTheOutermostFramesOfADeepStackAndSaysSo) {
  const auto harness = std::make_unique<Harness>();
  std::uint32_t stack = 0;
  std::uint32_t whole = 0;
  recurse(500, [&] {
    const unwind::Registers here = caller_of_this();
    stack = harness->trie.capture(here, {0, stack_end()}, 20);
    whole = harness->trie.capture(here, {0, stack_end()}, 2000);
  });
  const auto frames = harness->frames(stack);
  const auto all = harness->frames(whole);
  ASSERT_GT(all.size(), 500U);
  ASSERT_EQ(frames.size(), 20 + 1 + kOutermost);
  EXPECT_TRUE(std::equal(frames.begin(), frames.begin() + 20, all.begin()));
  EXPECT_EQ(frames[20], 0U);
  EXPECT_TRUE(std::equal(frames.rbegin(), frames.rbegin() + kOutermost, all.rbegin()));
}

TEST(Trie, KeepsAStackWholeThatIsLittleDeeperThanTheLimit) {
  const auto harness = std::make_unique<Harness>();
  std::vector<std::uint64_t> few;
  std::vector<std::uint64_t> all;
  recurse(30, [&] {
    const unwind::Registers here = caller_of_this();
    all = harness->frames(harness->trie.capture(here, {0, stack_end()}, 2000));
    few = harness->frames(
        harness->trie.capture(here, {0, stack_end()}, static_cast<unsigned>(all.size() - kOutermost + 1)));
  });
  EXPECT_EQ(few, all);
}

TEST(Trie, IsNotMeantToFollowEndlessRecursion) {
  const auto harness = std::make_unique<Harness>();
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  const std::uint32_t nodes = harness->trie.used();
  recurse(3000, [&] { first = harness->trie.capture(caller_of_this(), {0, stack_end()}, 20); });
  const std::uint32_t after = harness->trie.used();
  recurse(4000, [&] { second = harness->trie.capture(caller_of_this(), {0, stack_end()}, 20); });
  EXPECT_NE(first, 0U);
  EXPECT_NE(second, 0U);
  EXPECT_LT(after - nodes, 100U) << "what lies between is not kept";
}

TEST(Trie, TakesAStackAfreshWhenCodeIsGone) {
  const auto harness = std::make_unique<Harness>();
  const auto take = [&] { return harness->trie.capture(caller_of_this(), {0, stack_end()}, 64); };
  std::uint32_t numbers[2];
  for (std::uint32_t& n : numbers) {
    generation = n == 0 ? generation : generation + 1;
    n = take();
    harness->trie.forget();
  }
  EXPECT_NE(numbers[0], numbers[1]);
  EXPECT_EQ(harness->frames(numbers[0]), harness->frames(numbers[1]));
}

TEST(Trie, AsksForMemoryAsNodesArePublishedAndEndsWhereThereIsNone) {
  const auto harness = std::make_unique<Harness>();
  static std::uint32_t given;
  static int refused;
  given = 0;
  refused = 0;
  std::vector<ajar_node> nodes(10'000);
  std::uint32_t used = 0;
  harness->trie.publish_to(nodes.data(), &used, harness->trie.used(), 10'000,
                           [](std::uint32_t from, std::uint32_t to) {
                             EXPECT_EQ(from, given);
                             if (to > 2048) return ++refused == 0;
                             given = to;
                             return true;
                           });
  std::uint32_t shallow = 0;
  std::uint32_t deep = 1;
  recurse(5, [&] { shallow = harness->trie.capture(caller_of_this(), {0, stack_end()}, 5000); });
  EXPECT_NE(shallow, 0U);
  EXPECT_EQ(given, 1024U);
  for (int i = 0; i < 3; ++i) {
    recurse(3000, [&] { deep = harness->trie.capture(caller_of_this(), {0, stack_end()}, 5000); });
    EXPECT_EQ(deep, 0U);
  }
  EXPECT_EQ(used, 2048U);
  EXPECT_EQ(refused, 1) << "asked once";
}

TEST(Trie, StopsAtCodeWithoutCallFrameInformationAndSaysSo) {
  const auto harness = std::make_unique<Harness>();
  std::uint64_t words[4] = {};
  const auto sp = reinterpret_cast<std::uint64_t>(words);
  const std::uint32_t stack = harness->trie.capture({0x1000, sp, 0}, {sp, sp + sizeof(words)}, 64);
  EXPECT_EQ(harness->frames(stack), (std::vector<std::uint64_t>{0x1000, 0}));
  EXPECT_EQ(harness->nodes[stack - 1].generation_kind & 0xffU, static_cast<unsigned>(AJAR_NODE_NO_UNWIND));
}

TEST(Trie, GivesNoNumberWhenItIsFull) {
  constexpr std::uint32_t kSmall = 1024;
  std::vector<Trie::Entry> entries(kSmall);
  std::vector<std::uint32_t> index(Trie::index_words(kSmall));
  std::vector<ajar_node> nodes(kSmall);
  std::uint32_t used = 0;
  Trie trie;
  trie.init(
      {entries.data(), index.data(), kSmall}, [](std::uint64_t) { return CodeRule{}; },
      [](std::uint64_t, unwind::CallFrameInfo&) { return false; });
  trie.publish_to(nodes.data(), &used, 0, kSmall);
  std::uint32_t refused = 0;
  for (std::uint64_t pc = 1; pc < 4 * kSmall; ++pc)
    refused += trie.capture({pc, 64, 0}, {64, 128}, 8) == 0 ? 1U : 0U;
  EXPECT_GT(refused, kSmall);
  EXPECT_LT(used, kSmall);
}

TEST(Trie, ManyThreadsGetTheSameNumberForTheSameStack) {
  const auto harness = std::make_unique<Harness>();
  std::vector<std::thread> threads;
  std::vector<std::vector<std::uint32_t>> taken(4);
  for (auto& mine : taken) {
    threads.emplace_back([&mine, &harness] {
      for (std::uint64_t pc = 1; pc < 5000; ++pc)
        mine.push_back(harness->trie.capture({pc * 64, 64, 0}, {64, 128}, 8));
    });
  }
  for (std::thread& thread : threads) thread.join();
  // 0 is what a thread gets that waited too long for another one.
  for (std::size_t i = 0; i < taken.front().size(); ++i) {
    std::set<std::uint32_t> numbers;
    for (const auto& mine : taken) numbers.insert(mine[i]);
    numbers.erase(0);
    ASSERT_EQ(numbers.size(), 1U) << i;
  }
}

}  // namespace
}  // namespace ajar::agent::testing
