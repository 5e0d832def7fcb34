#include "symbolize/symbol_index.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "objfile/testing/fake_elf.h"

namespace ajar::symbolize {
namespace {

using model::SymbolMatch;
using objfile::ElfFile;
using objfile::FakeElf;

constexpr unsigned kLocal = 0;
constexpr unsigned kGlobal = 1;
constexpr unsigned kWeak = 2;

// A file with two sections of code, and the index of its symbols.
struct Indexed {
  explicit Indexed(const std::vector<FakeElf::Symbol>& symbols, std::uint32_t table = 2)
      : image(build(symbols, table)), elf(ElfFile::parse(objfile::bytes_of(image)).value()), index(elf) {}

  static std::string build(const std::vector<FakeElf::Symbol>& symbols, std::uint32_t table) {
    FakeElf fake;
    fake.sections.push_back(
        {.name = ".init", .flags = 6, .address = 0x800, .contents = std::string(0x100, 'i')});
    fake.sections.push_back(
        {.name = ".text", .flags = 6, .address = 0x1000, .contents = std::string(0x1000, 't')});
    fake.add_symbols(table, symbols);
    return fake.build();
  }

  [[nodiscard]] std::string name(std::uint64_t address) const {
    const auto symbol = index.find(address);
    return symbol.has_value() ? symbol->function : "nothing";
  }
  [[nodiscard]] SymbolMatch match(std::uint64_t address) const {
    const auto symbol = index.find(address);
    return symbol.has_value() ? symbol->match : SymbolMatch::none;
  }

  std::string image;
  ElfFile elf;
  SymbolIndex index;
};

TEST(SymbolIndex, AnAddressInAFunctionIsExactlyThere) {
  const Indexed file({{.name = "second", .section = 2, .address = 0x1100, .size = 0x20},
                      {.name = "first", .section = 2, .address = 0x1000, .size = 0x20}});
  EXPECT_EQ(file.name(0x1000), "first");
  EXPECT_EQ(file.name(0x101f), "first");
  EXPECT_EQ(file.match(0x101f), SymbolMatch::exact);
  EXPECT_EQ(file.name(0x1110), "second");
  EXPECT_EQ(file.index.find(0x1110)->displacement, 0x10U);
}

TEST(SymbolIndex, AnAddressBeyondAFunctionsEndIsOnlyNearIt) {
  const Indexed file({{.name = "first", .section = 2, .address = 0x1000, .size = 0x20}});
  EXPECT_EQ(file.name(0x1020), "first");
  EXPECT_EQ(file.match(0x1020), SymbolMatch::nearest);
  EXPECT_EQ(file.index.find(0x1020)->displacement, 0x20U);
}

TEST(SymbolIndex, AFunctionOfUnknownSizeIsOnlyNear) {
  const Indexed file({{.name = "label", .type = 0, .section = 2, .address = 0x1000}});
  EXPECT_EQ(file.match(0x1000), SymbolMatch::nearest);
}

TEST(SymbolIndex, WhereAFunctionOfUnknownSizeBeginsItIsExact) {
  const Indexed file({{.name = "NtClose", .section = 2, .address = 0x1000}});
  EXPECT_EQ(file.match(0x1000), SymbolMatch::exact);
  EXPECT_EQ(file.match(0x1001), SymbolMatch::nearest);
}

TEST(SymbolIndex, NothingIsNearInAnotherSectionOrOutsideCode) {
  const Indexed file({{.name = "_init", .section = 1, .address = 0x800, .size = 0x10}});
  EXPECT_EQ(file.name(0x850), "_init");
  EXPECT_EQ(file.name(0x1000), "nothing");
  EXPECT_EQ(file.name(0x900), "nothing");
  EXPECT_EQ(file.name(0x10), "nothing");
}

TEST(SymbolIndex, ALabelInsideAFunctionDoesNotHideIt) {
  const Indexed file({{.name = "copy", .section = 2, .address = 0x1000, .size = 0x100},
                      {.name = "inner_loop", .type = 0, .section = 2, .address = 0x1040}});
  EXPECT_EQ(file.name(0x1050), "copy");
  EXPECT_EQ(file.match(0x1050), SymbolMatch::exact);
  EXPECT_EQ(file.index.find(0x1050)->displacement, 0x50U);
}

TEST(SymbolIndex, OfTwoFunctionsTheInnerOneCounts) {
  const Indexed file({{.name = "outer", .section = 2, .address = 0x1000, .size = 0x100},
                      {.name = "inner", .section = 2, .address = 0x1040, .size = 0x10}});
  EXPECT_EQ(file.name(0x1048), "inner");
  EXPECT_EQ(file.name(0x1058), "outer");
}

TEST(SymbolIndex, OfSeveralNamesTheExpectedOneIsTaken) {
  const auto name = [](std::vector<FakeElf::Symbol> symbols) {
    for (FakeElf::Symbol& s : symbols) {
      s.section = 2;
      s.address = 0x1000;
      s.size = 0x10;
    }
    const std::string forwards = Indexed(symbols).name(0x1005);
    std::ranges::reverse(symbols);
    EXPECT_EQ(Indexed(symbols).name(0x1005), forwards);
    return forwards;
  };
  EXPECT_EQ(name({{.name = "__open64", .binding = kGlobal},
                  {.name = "open64@@GLIBC_2.2.5", .binding = kWeak},
                  {.name = "open", .binding = kWeak},
                  {.name = "o", .binding = kLocal}}),
            "open");
  EXPECT_EQ(name({{.name = "_IO_puts"}, {.name = "puts"}}), "puts");
  EXPECT_EQ(name({{.name = "_ZN1AC2Ev"}, {.name = "_ZN1AC1Ev"}, {.name = "__x"}}), "A::A()");
  EXPECT_EQ(name({{.name = "aa"}, {.name = "ab"}}), "aa");
  EXPECT_EQ(name({{.name = "l", .type = 0}, {.name = "function"}}), "function");
  EXPECT_EQ(name({{.name = "_"}, {.name = "__"}}), "_");
}

TEST(SymbolIndex, OfSeveralNamesOneThatCoversTheAddressIsTaken) {
  const Indexed file({{.name = "a", .section = 2, .address = 0x1000, .size = 4},
                      {.name = "function", .section = 2, .address = 0x1000, .size = 0x10}});
  EXPECT_EQ(file.name(0x1008), "function");
  EXPECT_EQ(file.name(0x1002), "a");
}

TEST(SymbolIndex, TakesTheExportsOfAStrippedFile) {
  const std::vector<FakeElf::Symbol> symbols = {
      {.name = "exported", .section = 2, .address = 0x1000, .size = 4}};
  constexpr std::uint32_t dynamic = 11;
  const Indexed stripped(symbols, dynamic);
  EXPECT_FALSE(stripped.index.full());
  EXPECT_EQ(stripped.name(0x1001), "exported");
  EXPECT_TRUE(Indexed(symbols).index.full());
  EXPECT_TRUE(Indexed({}).index.empty());
}

TEST(SymbolIndex, ASymbolToTheEndOfMemoryDoesNotWrapAround) {
  const Indexed file({{.name = "huge", .section = 2, .address = 0x1000, .size = ~std::uint64_t{0}}});
  EXPECT_EQ(file.match(0x1800), SymbolMatch::exact);
  EXPECT_EQ(file.name(0x850), "nothing");
}

}  // namespace
}  // namespace ajar::symbolize
