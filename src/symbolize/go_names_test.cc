#include "symbolize/go_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "objfile/go/testing/fake_go_program.h"
#include "objfile/go/testing/shop_table.h"
#include "platform/testing/temp_tree.h"
#include "symbolize/symbolizer.h"

namespace ajar::symbolize {
namespace {

using model::SymbolMatch;
using objfile::FakeElf;
using objfile::go::FakeGoProgram;
using objfile::go::Layout;
using platform::TempTree;
using testing::HasSubstr;

FakeElf shop() {
  FakeGoProgram program;
  program.table = objfile::go::shop_table(Layout::go_1_20);
  FakeElf elf = program.elf();
  elf.segments.push_back({.kind = 4, .contents = FakeElf::note(3, "\x12\x34")});
  return elf;
}

Answer ask(const FakeElf& elf, std::vector<std::uint64_t> addresses, Symbolizer::Depth depth) {
  const TempTree tree{{"shop", elf.build()}};
  Question question;
  question.module.path = tree.path("shop");
  question.module.build_id = "1234";
  question.addresses = std::move(addresses);
  return Symbolizer().answer(question, depth);
}

TEST(GoNames, AStrippedProgramHasFunctionsLinesAndInlinedCalls) {
  for (const auto depth : {Symbolizer::Depth::functions, Symbolizer::Depth::lines}) {
    const Answer answer = ask(shop(), {0x1018, 0x1030}, depth);
    EXPECT_EQ(answer.note.found, ModuleNote::Found::lines) << answer.note.words;
    EXPECT_THAT(answer.note.words, HasSubstr("/shop: has the functions and lines that Go programs have"));
    const model::SymbolChain& plain = answer.symbols.at(0x1018);
    ASSERT_EQ(plain.size(), 1U);
    EXPECT_EQ(plain[0].function, "main.open");
    EXPECT_EQ(plain[0].match, SymbolMatch::exact);
    EXPECT_EQ(plain[0].file, "/src/shop/main.go");
    EXPECT_EQ(plain[0].line, 5U);
    EXPECT_EQ(plain[0].displacement, 0x18U);
    const model::SymbolChain& inlined = answer.symbols.at(0x1030);
    ASSERT_EQ(inlined.size(), 3U);
    EXPECT_TRUE(inlined[0].inlined);
    EXPECT_EQ(inlined[0].function, "main.once");
    EXPECT_EQ(inlined[2].function, "main.(*server).serve");
    EXPECT_FALSE(inlined[2].inlined);
  }
}

TEST(GoNames, ASymbolOfTheSameFunctionGetsItsLines) {
  FakeElf elf = shop();
  elf.add_symbols(2, {{.name = "main.open", .address = 0x1000, .size = 0x20}});
  const Answer answer = ask(elf, {0x1018}, Symbolizer::Depth::lines);
  EXPECT_EQ(answer.symbols.at(0x1018).at(0).function, "main.open");
  EXPECT_EQ(answer.symbols.at(0x1018).at(0).line, 5U);
}

// What is written in C, and lies among Go's functions.
TEST(GoNames, ASymbolOfAnotherFunctionStays) {
  FakeElf elf = shop();
  elf.add_symbols(2, {{.name = "c_function", .address = 0x1010, .size = 0x10}});
  const Answer answer = ask(elf, {0x1018, 0x1008}, Symbolizer::Depth::lines);
  EXPECT_EQ(answer.symbols.at(0x1018).at(0).function, "c_function");
  EXPECT_EQ(answer.symbols.at(0x1008).at(0).function, "main.open");
}

TEST(GoNames, OutsideOfGosFunctionsSymbolsAreAsked) {
  FakeElf elf = shop();
  elf.add_symbols(2, {{.name = "behind", .address = 0x1400, .size = 0x10}});
  EXPECT_EQ(ask(elf, {0x1408}, Symbolizer::Depth::lines).symbols.at(0x1408).at(0).function, "behind");
}

TEST(GoNames, AreFreedOfTheLinkersEscapes) {
  FakeGoProgram program;
  program.table = objfile::go::shop_table(Layout::go_1_18);
  program.table.functions[0].name = "gopkg.in/yaml%2ev3.Open";
  FakeElf elf = program.elf();
  elf.segments.push_back({.kind = 4, .contents = FakeElf::note(3, "\x12\x34")});
  EXPECT_EQ(ask(elf, {0x1000}, Symbolizer::Depth::lines).symbols.at(0x1000).at(0).function,
            "gopkg.in/yaml.v3.Open");
}

}  // namespace
}  // namespace ajar::symbolize
