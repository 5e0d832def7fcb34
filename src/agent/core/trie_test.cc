#include "agent/core/trie.h"

#include <gtest/gtest.h>

#include <memory>
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

TEST(Trie, CutsADeepStackAtTheLimitAndSaysSo) {
  const auto harness = std::make_unique<Harness>();
  std::uint32_t stack = 0;
  recurse(100, [&] { stack = harness->trie.capture(caller_of_this(), {0, stack_end()}, 20); });
  const auto frames = harness->frames(stack);
  ASSERT_EQ(frames.size(), 21U);
  EXPECT_EQ(frames.back(), 0U);
  EXPECT_EQ(harness->nodes[stack - 1].generation_kind & 0xffU, static_cast<unsigned>(AJAR_NODE_CUT));
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
  trie.init({entries.data(), index.data(), kSmall}, [](std::uint64_t) { return CodeRule{}; });
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
  for (const auto& mine : taken) EXPECT_EQ(mine, taken.front());
}

}  // namespace
}  // namespace ajar::agent::testing
