#include "objfile/go/line_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "objfile/go/testing/shop_table.h"

namespace ajar::objfile::go {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LineTableOf : public testing::TestWithParam<Layout> {
 protected:
  LineTableOf() : built_(shop_table(GetParam()).build()) {}
  [[nodiscard]] std::optional<LineTable> table() const { return LineTable::parse(bytes_of(built_.table)); }

  FakeLineTable::Built built_;
};

TEST_P(LineTableOf, EachLayoutGivesFunctionFileAndLine) {
  const auto table = this->table();
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(table->layout(), GetParam());
  EXPECT_EQ(table->size(), 2U);
  const Place first{.function = "main.open", .file = "/src/shop/main.go", .line = 7, .begin = 0x1000};
  EXPECT_THAT(table->find(0x1000), ElementsAre(first));
  EXPECT_THAT(table->find(0x100f), ElementsAre(first));
  EXPECT_EQ(table->find(0x1010).at(0).line, 5U);
  EXPECT_EQ(table->find(0x101f).at(0).line, 5U);
  EXPECT_EQ(table->find(0x1020).at(0).function, "main.(*server).serve");
  EXPECT_EQ(table->find(0x1020).at(0).line, 20U);
  EXPECT_EQ(table->find(0x1030).at(0).file, "/src/shop/inner.go");
  EXPECT_EQ(table->find(0x124f).at(0).line, 1000U);
}

TEST_P(LineTableOf, OutsideItsFunctionsThereIsNothing) {
  const auto table = this->table();
  ASSERT_TRUE(table.has_value());
  for (const std::uint64_t address :
       {std::uint64_t{0}, std::uint64_t{0xfff}, std::uint64_t{0x1250}, UINT64_MAX})
    EXPECT_THAT(table->find(address), IsEmpty()) << address;
}

TEST_P(LineTableOf, WhereverItIsCutOffNothingIsReadBehindIt) {
  for (std::size_t size = 0; size < built_.table.size(); ++size) {
    const std::string cut = built_.table.substr(0, size);
    const auto table = LineTable::parse(bytes_of(cut));
    if (!table.has_value()) continue;
    for (std::uint64_t address = 0xff0; address < 0x1260; address += 7)
      static_cast<void>(table->find(address));
  }
}

INSTANTIATE_TEST_SUITE_P(Go, LineTableOf,
                         testing::Values(Layout::go_1_2, Layout::go_1_16, Layout::go_1_18, Layout::go_1_20));

class Trees : public testing::TestWithParam<Layout> {};

TEST_P(Trees, InlinedCallsComeInnermostFirstEachWithItsPlace) {
  const FakeLineTable::Built built = shop_table(GetParam()).build();
  auto table = LineTable::parse(bytes_of(built.table));
  ASSERT_TRUE(table.has_value());
  ASSERT_TRUE(table->set_trees(bytes_of(built.trees)));
  EXPECT_THAT(
      table->find(0x1030),
      ElementsAre(
          Place{.function = "main.once", .file = "/src/shop/inner.go", .line = 3, .inlined = true},
          Place{.function = "main.twice", .file = "/src/shop/inner.go", .line = 9, .inlined = true},
          Place{
              .function = "main.(*server).serve", .file = "/src/shop/main.go", .line = 20, .begin = 0x1020}));
  EXPECT_EQ(table->find(0x1040).size(), 2U);
  EXPECT_EQ(table->find(0x1050).size(), 1U);
}

TEST_P(Trees, WhatIsNoTreeIsRefusedAndTheRestStays) {
  const FakeLineTable::Built built = shop_table(GetParam()).build();
  auto table = LineTable::parse(bytes_of(built.table));
  ASSERT_TRUE(table.has_value());
  const std::string other(built.trees.size(), '\x7f');
  EXPECT_FALSE(table->set_trees(bytes_of(other)));
  EXPECT_FALSE(table->set_trees({}));
  EXPECT_THAT(table->find(0x1030), ElementsAre(testing::Field(&Place::line, 3U)));
}

// A call whose place is itself, as only a damaged file has it.
TEST_P(Trees, ACircleEnds) {
  FakeLineTable fake = shop_table(GetParam());
  fake.functions[1].calls[1].parent = 0x12;
  const FakeLineTable::Built built = fake.build();
  auto table = LineTable::parse(bytes_of(built.table));
  ASSERT_TRUE(table.has_value());
  ASSERT_TRUE(table->set_trees(bytes_of(built.trees)));
  EXPECT_LE(table->find(0x1030).size(), 101U);
}

INSTANTIATE_TEST_SUITE_P(Go, Trees, testing::Values(Layout::go_1_18, Layout::go_1_20));

// As where the linker left it to the loader to fill in.
TEST(LineTable, WhereTheCodeBeginsMayBeToldFromElsewhere) {
  FakeLineTable fake = shop_table(Layout::go_1_18);
  std::string bytes = fake.build().table;
  bytes.replace(24, 8, 8, '\0');
  auto table = LineTable::parse(bytes_of(bytes));
  ASSERT_TRUE(table.has_value());
  table->set_text(0x1000);
  EXPECT_EQ(table->find(0x1000).at(0).function, "main.open");
}

TEST(LineTable, OfThirtyTwoBitsIsReadToo) {
  for (const Layout layout : {Layout::go_1_2, Layout::go_1_16, Layout::go_1_18}) {
    FakeLineTable fake = shop_table(layout);
    fake.pointer_size = 4;
    const FakeLineTable::Built built = fake.build();
    const auto table = LineTable::parse(bytes_of(built.table));
    ASSERT_TRUE(table.has_value());
    EXPECT_EQ(table->find(0x1010).at(0).line, 5U);
  }
}

TEST(LineTable, WhatOnlyBeginsLikeOneIsNone) {
  std::string bytes = shop_table(Layout::go_1_18).build().table;
  EXPECT_TRUE(LineTable::may_begin(bytes_of(bytes)));
  EXPECT_FALSE(LineTable::parse(bytes_of(std::string("\xf0\xff\xff\xff\0\0\1\x8", 8))).has_value());
  EXPECT_FALSE(LineTable::parse(bytes_of(bytes.substr(0, 8) + std::string(400, '\x11'))).has_value());
  std::string other = bytes;
  other[0] = '\xf2';  // of a release to come
  EXPECT_FALSE(LineTable::parse(bytes_of(other)).has_value());
  other = bytes;
  other[7] = 3;
  EXPECT_FALSE(LineTable::parse(bytes_of(other)).has_value());
}

}  // namespace
}  // namespace ajar::objfile::go
