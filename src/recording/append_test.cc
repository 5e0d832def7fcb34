#include "recording/append.h"

#include <gtest/gtest.h>

#include "recording/example.h"
#include "recording/random_session.h"
#include "recording/reader.h"

namespace ajar::recording {
namespace {

using Bytes = std::vector<std::byte>;
using Symbols = std::map<std::string, model::ModuleSymbols>;

Symbols found_later() {
  model::Symbol symbol{.match = model::SymbolMatch::exact, .function = "later", .file = "later.c", .line = 7};
  return {{"build-id:c0de", {{0x1010, {symbol}}}}, {"path:/bin/other", {{0x20, {symbol}}}}};
}

Bytes appended_to(std::span<const std::byte> bytes) {
  const auto whole = bytes.first(static_cast<std::size_t>(end_of_blocks(bytes)));
  Bytes all(whole.begin(), whole.end());
  const Bytes blocks = symbol_blocks(found_later(), model::Time(0));
  all.insert(all.end(), blocks.begin(), blocks.end());
  return all;
}

bool has_what_was_found_later(std::span<const std::byte> bytes) {
  const auto reader = Reader::open(bytes);
  const Symbols& symbols = reader.value()->world().symbols;
  for (const auto& [identity, names] : found_later()) {
    const auto of_module = symbols.find(identity);
    if (of_module == symbols.end()) return false;
    for (const auto& [address, chain] : names) {
      const auto at = of_module->second.find(address);
      if (at == of_module->second.end() || at->second != chain) return false;
    }
  }
  return true;
}

TEST(Append, SymbolsAreReadBehindTheEnd) {
  const Bytes before = example_recording();
  EXPECT_EQ(end_of_blocks(before), before.size());
  const Bytes after = appended_to(before);
  EXPECT_TRUE(has_what_was_found_later(after));
  const Told told = read_all(after);
  EXPECT_EQ(told.moments, read_all(before).moments);
  EXPECT_EQ(told.damage, model::Damage{});
  EXPECT_TRUE(told.ended);
}

TEST(Append, WhereverTheWriterWasKilledWhatIsAppendedIsRead) {
  const Bytes bytes = example_recording(/*segment_bytes=*/64);
  for (std::size_t length = kFileHeaderSize; length < bytes.size(); ++length) {
    const auto cut = std::span(bytes).first(length);
    const Bytes after = appended_to(cut);
    EXPECT_TRUE(has_what_was_found_later(after)) << length;
    EXPECT_EQ(read_all(after).moments, read_all(cut).moments) << length;
    EXPECT_EQ(read_all(after).damage, model::Damage{}) << length;
  }
}

TEST(Append, WhoeverIsKilledWhileAppendingDamagesNothingThatWasThere) {
  const Bytes before = example_recording();
  const Bytes after = appended_to(before);
  const Told whole = read_all(before);
  for (std::size_t length = before.size(); length < after.size(); ++length) {
    const auto cut = std::span(after).first(length);
    EXPECT_EQ(read_all(cut).moments, whole.moments) << length;
    EXPECT_TRUE(read_all(cut).ended) << length;
    EXPECT_TRUE(has_what_was_found_later(appended_to(cut))) << length;  // the next time it succeeds
  }
}

TEST(Append, ManySymbolsOfAModuleAreInSeveralBlocksAndAllAreRead) {
  Symbols many;
  for (std::uint64_t address = 0; address < 10'000; ++address) {
    model::Symbol symbol{.match = model::SymbolMatch::exact, .function = {}, .file = "many.c", .line = 7};
    symbol.function = "function_" + std::to_string(address);
    many["path:/bin/many"][address * 16] = {symbol};
  }
  Bytes bytes = example_recording();
  const std::size_t before = blocks_of(bytes).size();
  const Bytes blocks = symbol_blocks(many, model::Time(0));
  bytes.insert(bytes.end(), blocks.begin(), blocks.end());
  EXPECT_GE(blocks_of(bytes).size(), before + 3);
  const auto reader = Reader::open(bytes);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(reader.value()->world().symbols.at("path:/bin/many"), many.at("path:/bin/many"));
}

TEST(Append, BehindDamageItIsReadToo) {
  Bytes bytes = example_recording();
  bytes.insert(bytes.end(), 100, std::byte{0xf3});
  const Bytes after = appended_to(bytes);
  EXPECT_TRUE(has_what_was_found_later(after));
  EXPECT_GT(read_all(after).damage.bytes, 0U);
}

}  // namespace
}  // namespace ajar::recording
