#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "objfile/pe.h"
#include "objfile/testing/fake_pe.h"

namespace ajar::objfile {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

FakePe with_code() {
  FakePe fake;
  fake.sections.push_back({.name = ".text", .address = 0x1000, .contents = std::string(0x100, '\x90')});
  return fake;
}

PeFile parsed(const std::string& image) {
  auto pe = PeFile::parse(bytes_of(image));
  EXPECT_TRUE(pe.ok()) << pe.error().message();
  return std::move(pe).value();
}

std::vector<std::string> names(const std::vector<PeSymbol>& symbols) {
  std::vector<std::string> out;
  for (const PeSymbol& s : symbols) out.emplace_back(s.name);
  return out;
}

class PeOfBothClasses : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Bits, PeOfBothClasses, testing::Bool(),
                         [](const auto& test) { return test.param ? "64" : "32"; });

TEST_P(PeOfBothClasses, TellsHeaderAndSections) {
  FakePe fake = with_code();
  fake.is_64 = GetParam();
  if (!fake.is_64) fake.image_base = 0x1000'0000;
  fake.sections.push_back({.name = ".debug_rnglists", .address = 0x2000, .contents = "abc", .flags = 0x42});
  const std::string image = fake.build();
  const PeFile pe = parsed(image);
  EXPECT_EQ(pe.header(), (PeHeader{.is_64 = GetParam(),
                                   .machine = PeMachine::x86_64,
                                   .timestamp = 0x5f00'0001,
                                   .size_of_image = 0x9000,
                                   .image_base = fake.image_base,
                                   .entry = 0x1010}));
  ASSERT_THAT(pe.sections(), SizeIs(2));
  EXPECT_EQ(pe.sections()[1].name, ".debug_rnglists");
  EXPECT_EQ(pe.section(".debug_rnglists"), &pe.sections()[1]);
  EXPECT_EQ(pe.section(".debug"), nullptr);
  EXPECT_EQ(pe.contents(pe.sections()[1]).size(), 3U);
  EXPECT_EQ(pe.code_section(0x10ff), pe.section(".text"));
  EXPECT_EQ(pe.code_section(0x1100), nullptr);
  EXPECT_EQ(pe.code_section(0x2000), nullptr);
}

TEST(PeValues, WhatOnlyFillsASectionUpIsNotPartOfIt) {
  FakePe fake;
  fake.sections.push_back({.name = ".data", .address = 0x1000, .contents = "abcdefgh", .memory_size = 5});
  fake.sections.push_back({.name = ".bss", .address = 0x2000, .contents = "ab", .memory_size = 0x100});
  const std::string image = fake.build();
  const PeFile pe = parsed(image);
  EXPECT_EQ(pe.contents(pe.sections()[0]).size(), 5U);
  EXPECT_EQ(pe.contents(pe.sections()[1]).size(), 2U);
}

TEST(PeValues, ExportsHaveNamesOrdinalsAndForwarders) {
  FakePe fake = with_code();
  fake.sections.push_back({.name = ".data", .address = 0x2000, .contents = "data", .flags = 0x40});
  fake.add_exports(0x3000, 7,
                   {{.address = 0x1000, .names = {"Open", "OpenA"}},
                    {},
                    {.address = 0x1010},
                    {.names = {"Elsewhere"}, .forwarder = "NTDLL.RtlOpen"},
                    {.address = 0x2000, .names = {"a_variable"}}});
  const std::string image = fake.build();
  const PeFile pe = parsed(image);
  EXPECT_THAT(pe.export_table(),
              ElementsAre(PeExport{7, 0x1000, "Open", ""}, PeExport{7, 0x1000, "OpenA", ""},
                          PeExport{9, 0x1010, "", ""}, PeExport{10, 0, "Elsewhere", "NTDLL.RtlOpen"},
                          PeExport{11, 0x2000, "a_variable", ""}));
  EXPECT_THAT(names(pe.exports()), ElementsAre("Open", "OpenA"));
}

TEST(PeValues, SymbolsThatNameCodeAreKept) {
  FakePe fake = with_code();
  fake.symbols = {{.name = "exactly8", .value = 0x10},
                  {.name = "a_name_of_more_than_8", .value = 0x20, .storage = 3, .more_rows = 1},
                  {.name = ".text", .type = 0, .storage = 3},
                  {.name = "undefined", .section = 0},
                  {.name = "elsewhere", .section = 9},
                  {.name = "beyond", .value = 0x100},
                  {.name = "last", .value = 0xff}};
  const std::string image = fake.build();
  EXPECT_THAT(parsed(image).symbols(), ElementsAre(PeSymbol{0x1010, 0, "exactly8", false},
                                                   PeSymbol{0x1020, 0, "a_name_of_more_than_8", true},
                                                   PeSymbol{0x10ff, 0, "last", false}));
}

TEST(PeValues, NamesOf32BitsLoseWhatTheCompilerPutInFront) {
  FakePe fake = with_code();
  fake.symbols = {{.name = "__Z4openv"}, {.name = "@fast@4", .value = 1}, {.name = "_main", .value = 2}};
  std::string image = fake.build();
  EXPECT_THAT(names(parsed(image).symbols()), ElementsAre("__Z4openv", "@fast@4", "_main"));
  fake.machine = 0x14c;
  fake.is_64 = false;
  image = fake.build();
  EXPECT_THAT(names(parsed(image).symbols()), ElementsAre("_Z4openv", "fast@4", "main"));
}

// Unwind information of a further part of a function, whose first part is described so.
std::string chained(std::uint32_t begin, std::uint32_t end, std::uint32_t description) {
  std::string out("\x21\0\1\0", 4);  // version 1, chained; one code
  out += std::string(4, '\0');
  for (const std::uint32_t number : {begin, end, description}) append_number(out, number, 4);
  return out;
}

std::string function_rows(const std::vector<std::array<std::uint32_t, 3>>& rows) {
  std::string out;
  for (const auto& row : rows) {
    for (const std::uint32_t number : row) append_number(out, number, 4);
  }
  return out;
}

TEST(PeValues, SizesComeFromTheTableForUnwinding) {
  FakePe fake = with_code();
  const std::string rows = function_rows({{0x1000, 0x1010, 0x3000},
                                          {0x1010, 0x1030, 0x3004},    // goes on from the first
                                          {0x1030, 0x1040, 0x3000}});  // a function of its own
  fake.sections.push_back({.name = ".pdata", .address = 0x2000, .contents = rows, .flags = 0x40});
  fake.sections.push_back({.name = ".xdata",
                           .address = 0x3000,
                           .contents = std::string("\1\0\0\0", 4) + chained(0x1000, 0x1010, 0x3000),
                           .flags = 0x40});
  fake.directories[3] = {0x2000, static_cast<std::uint32_t>(rows.size())};
  fake.symbols = {{.name = "in_parts"}, {.name = "whole", .value = 0x30}, {.name = "leaf", .value = 0x50}};
  std::string image = fake.build();
  EXPECT_THAT(parsed(image).symbols(),
              ElementsAre(PeSymbol{0x1000, 0x30, "in_parts", false}, PeSymbol{0x1030, 0x10, "whole", false},
                          PeSymbol{0x1050, 0, "leaf", false}));
  fake.machine = 0xaa64;
  image = fake.build();
  EXPECT_EQ(parsed(image).symbols()[1].size, 0U);
}

std::string rsds(const std::string& path) {
  std::string out = "RSDS";
  for (int i = 1; i <= 16; ++i) out += static_cast<char>(i);
  append_number(out, 0x2a, 4);
  return out + path + '\0';
}

TEST(PeValues, ThePdbIsTheIdentityElseTimeAndSize) {
  FakePe fake = with_code();
  std::string image = fake.build();
  EXPECT_EQ(parsed(image).identity(), "5f0000019000");
  EXPECT_FALSE(parsed(image).pdb().has_value());
  fake.timestamp = 0;
  image = fake.build();
  EXPECT_EQ(parsed(image).identity(), "");

  const std::string record = rsds("C:\\build\\x.pdb");
  std::string row(12, '\0');
  append_number(row, 2, 4);  // CodeView
  append_number(row, record.size(), 4);
  append_number(row, 0x2000 + 28, 4);
  fake.sections.insert(fake.sections.begin(), {.name = ".debug", .address = 0x2000, .flags = 0x40});
  // The first section's contents follow the headers.
  const std::size_t at = 0x40 + 4 + 20 + 112 + 16 * 8 + 2 * 40;
  append_number(row, at + 28, 4);
  fake.sections[0].contents = row + record;
  fake.directories[6] = {0x2000, 28};
  image = fake.build();
  ASSERT_TRUE(parsed(image).pdb().has_value());
  EXPECT_EQ(parsed(image).pdb()->path, "C:\\build\\x.pdb");
  EXPECT_EQ(parsed(image).pdb()->age, 0x2aU);
  EXPECT_EQ(parsed(image).identity(),
            "04030201060508070"
            "90a0b0c0d0e0f102a");
}

TEST(PeValues, ADebugLinkIsAsInElfFiles) {
  FakePe fake = with_code();
  fake.sections.push_back({.name = ".gnu_debuglink",
                           .address = 0x2000,
                           .contents = std::string("x.debug\0\x78\x56\x34\x12", 12),
                           .flags = 0x40});
  const std::string image = fake.build();
  EXPECT_EQ(parsed(image).debug_link(), (DebugLink{.file = "x.debug", .crc = 0x1234'5678}));
  const std::string without = with_code().build();
  EXPECT_EQ(parsed(without).debug_link(), std::nullopt);
}

TEST(PeValues, TablesThatPointNowhereAreAsIfNotThere) {
  FakePe fake = with_code();
  for (auto& directory : fake.directories) directory = {0xffff'fff0, 0xffff'ffff};
  const std::string image = fake.build();
  EXPECT_THAT(parsed(image).export_table(), IsEmpty());
  EXPECT_THAT(parsed(image).symbols(), IsEmpty());
  EXPECT_EQ(parsed(image).pdb(), std::nullopt);
}

// CPU time of this process, which others on the machine don't lengthen.
double seconds_of(const auto& work) {
  const std::clock_t start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

// Each of 400,000 exports has the same name of 64 KiB, and there are 65,000 sections to look through.
TEST(PeValues, AFileThatWasMadeToBeSlowIsReadAtOnce) {
  FakePe fake = with_code();
  fake.add_exports(0x10'0000, 1, {{.address = 0x1000, .names = {std::string(60'000, 'x')}}});
  const std::uint32_t name = 0x10'0000 + 40 + 4 + 4 + 2;
  constexpr std::uint32_t kCount = 400'000;
  std::string names;
  for (std::uint32_t i = 0; i < kCount; ++i) append_number(names, name, 4);
  fake.sections.push_back({.name = "names", .address = 0x20'0000, .contents = names});
  fake.sections.push_back(
      {.name = "indices", .address = 0x60'0000, .contents = std::string(2 * kCount, '\0')});
  std::string& head = fake.sections[1].contents;
  std::string counts;
  for (const std::uint32_t number : {kCount, 0x10'0000U + 40, 0x20'0000U, 0x60'0000U})
    append_number(counts, number, 4);
  head.replace(24, counts.size(), counts);
  for (std::uint32_t i = 0; i < 65'000; ++i)
    fake.sections.push_back({.name = "s", .address = 0x100'0000 + i, .contents = {}, .memory_size = 1});
  const std::string image = fake.build();
  const double once = seconds_of([&] { EXPECT_GT(std::ranges::count(image, 'x'), 0); });
  std::size_t exports = 0;
  const double all = seconds_of([&] { exports = parsed(image).exports().size(); });
  EXPECT_LT(exports, kCount);
  // Each name looked through would be as much as 4,000 times the file.
  EXPECT_LT(all, 300 * once) << all << " s, and " << once << " s to look at each byte once";
}

}  // namespace
}  // namespace ajar::objfile
