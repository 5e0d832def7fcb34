#include "objfile/elf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "objfile/testing/fake_elf.h"

namespace ajar::objfile {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t kCode = ElfSection::allocated | ElfSection::executable;

FakeElf with_code() {
  FakeElf fake;
  fake.sections.push_back(
      {.name = ".text", .flags = kCode, .address = 0x1000, .contents = std::string(0x100, '\x90')});
  return fake;
}

std::vector<std::string> names(const ElfSymbols& symbols) {
  std::vector<std::string> out;
  for (const ElfSymbol& s : symbols.rows) out.emplace_back(symbols.name(s));
  return out;
}

class ElfOfBothClasses : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Bits, ElfOfBothClasses, testing::Bool(),
                         [](const auto& test) { return test.param ? "64" : "32"; });

TEST_P(ElfOfBothClasses, TellsHeaderSegmentsAndSections) {
  FakeElf fake = with_code();
  fake.is_64 = GetParam();
  fake.segments.push_back({.kind = 1, .flags = 5, .address = 0x1000, .contents = "code"});
  const std::string image = fake.build();
  const auto elf = ElfFile::parse(bytes_of(image));
  ASSERT_TRUE(elf.ok()) << elf.error().message();
  EXPECT_EQ(elf.value().header().is_64, GetParam());
  EXPECT_EQ(elf.value().header().machine, ElfMachine::x86_64);
  ASSERT_EQ(elf.value().segments().size(), 1U);
  EXPECT_EQ(elf.value().segments()[0].flags, 5U);
  EXPECT_EQ(elf.value().segments()[0].address, 0x1000U);
  EXPECT_EQ(elf.value().segments()[0].file_size, 4U);
  const ElfSection* text = elf.value().section(".text");
  ASSERT_NE(text, nullptr);
  EXPECT_EQ(elf.value().contents(*text).size(), 0x100U);
  EXPECT_EQ(elf.value().code_section(0x10ff), text);
  EXPECT_EQ(elf.value().code_section(0x1100), nullptr);
}

TEST_P(ElfOfBothClasses, KeepsSymbolsThatNameCode) {
  FakeElf fake = with_code();
  fake.is_64 = GetParam();
  fake.add_symbols(2, {{.name = "main", .address = 0x1000, .size = 0x20},
                       {.name = "chosen_at_load", .type = 10, .binding = 2, .address = 0x1020, .size = 8},
                       {.name = "a_variable", .type = 1, .address = 0x1030},
                       {.name = "imported", .section = 0},
                       {.name = "helper", .binding = 0, .address = 0x1040, .size = 1}});
  const std::string image = fake.build();
  const auto elf = ElfFile::parse(bytes_of(image));
  ASSERT_TRUE(elf.ok());
  const ElfSymbols symbols = elf.value().symbols(ElfFile::SymbolTable::full);
  EXPECT_THAT(names(symbols), ElementsAre("main", "chosen_at_load", "helper"));
  EXPECT_EQ(symbols.rows[0].size, 0x20U);
  EXPECT_EQ(symbols.rows[1].kind, ElfSymbol::Kind::indirect_function);
  EXPECT_EQ(symbols.rows[1].binding, ElfBinding::weak);
  EXPECT_EQ(symbols.rows[2].binding, ElfBinding::local);
  EXPECT_THAT(elf.value().symbols(ElfFile::SymbolTable::dynamic).rows, IsEmpty());
}

TEST(ElfFile, OfUntypedSymbolsOnlyLabelsInCodeAreNames) {
  FakeElf fake = with_code();
  fake.sections.push_back({.name = ".bss", .kind = 8, .flags = 3, .address = 0x2000});
  fake.add_symbols(2, {{.name = "entry_in_assembly", .type = 0, .address = 0x1010},
                       {.name = "_etext", .type = 0, .address = 0x1100},
                       {.name = "__bss_start", .type = 0, .section = 2, .address = 0x2000},
                       {.name = ".L12", .type = 0, .address = 0x1020},
                       {.name = "$x", .type = 0, .address = 0x1020},
                       {.name = "absolute", .type = 0, .section = 0xfff1, .address = 0x1020}});
  const std::string image = fake.build();
  const auto elf = ElfFile::parse(bytes_of(image));
  ASSERT_TRUE(elf.ok());
  EXPECT_THAT(names(elf.value().symbols(ElfFile::SymbolTable::full)), ElementsAre("entry_in_assembly"));
}

TEST(ElfFile, FindsTheBuildIdAmongOtherNotes) {
  FakeElf fake;
  fake.segments.push_back(
      {.kind = 4, .contents = FakeElf::note(1, "twelve bytes") + FakeElf::note(3, "\x01\xab\xff")});
  const std::string image = fake.build();
  EXPECT_EQ(ElfFile::parse(bytes_of(image)).value().build_id(), "01abff");
}

TEST(ElfFile, FindsTheBuildIdInASectionWhereNoSegmentHasIt) {
  FakeElf fake;
  fake.sections.push_back(
      {.name = ".note.gnu.build-id", .kind = 7, .contents = FakeElf::note(3, "\x12\x34")});
  const std::string image = fake.build();
  EXPECT_EQ(ElfFile::parse(bytes_of(image)).value().build_id(), "1234");
}

TEST(ElfFile, ANoteLongerThanItsSectionIsNoBuildId) {
  FakeElf fake;
  std::string note = FakeElf::note(3, "\x12\x34");
  note[4] = '\x7f';
  fake.segments.push_back({.kind = 4, .contents = note});
  const std::string image = fake.build();
  EXPECT_EQ(ElfFile::parse(bytes_of(image)).value().build_id(), "");
}

TEST(ElfFile, ReadsTheDebugLink) {
  FakeElf fake;
  fake.sections.push_back(
      {.name = ".gnu_debuglink", .contents = std::string("x.debug\0\x78\x56\x34\x12", 12)});
  const std::string image = fake.build();
  const auto link = ElfFile::parse(bytes_of(image)).value().debug_link();
  ASSERT_TRUE(link.has_value());
  EXPECT_EQ(link->file, "x.debug");
  EXPECT_EQ(link->crc, 0x12345678U);
}

std::string dynamic_segment(std::uint64_t flags_1) {
  std::string rows;
  for (const std::uint64_t word : {std::uint64_t{14}, std::uint64_t{1}, std::uint64_t{0x6ffffffb}, flags_1}) {
    append_number(rows, word, 8);
  }
  return rows + std::string(16, '\0');
}

FakeElf with_section(const std::string& name, const std::string& contents) {
  FakeElf fake = with_code();
  fake.sections.push_back({.name = name, .contents = contents});
  return fake;
}

TEST(ElfFile, ReadsWhereSharedDebugInformationIs) {
  using namespace std::string_literals;
  const std::string gnu = with_section(".gnu_debugaltlink", "../x.debug\0\x12\xab"s).build();
  EXPECT_EQ(ElfFile::parse(bytes_of(gnu)).value().supplement(),
            (ElfSupplement{.file = "../x.debug", .build_id = "12ab"}));
  const std::string standard = with_section(".debug_sup", "\5\0\0/x\0\2\x12\xab"s).build();
  EXPECT_EQ(ElfFile::parse(bytes_of(standard)).value().supplement(),
            (ElfSupplement{.file = "/x", .build_id = "12ab"}));
  const std::string itself = with_section(".debug_sup", "\5\0\1\0\2\x12\xab"s).build();
  EXPECT_EQ(ElfFile::parse(bytes_of(itself)).value().supplement(), std::nullopt);
  const std::string cut = with_section(".debug_sup", "\5\0\0/x\0\7\x12\xab"s).build();
  EXPECT_EQ(ElfFile::parse(bytes_of(cut)).value().supplement(), std::nullopt);
  const std::string no_end = with_section(".gnu_debugaltlink", "x.debug").build();
  EXPECT_EQ(ElfFile::parse(bytes_of(no_end)).value().supplement(), std::nullopt);
}

TEST(ElfFile, TellsHowAProgramIsLinked) {
  const auto linkage = [](std::uint16_t type, std::vector<FakeElf::Segment> segments) {
    FakeElf fake;
    fake.type = type;
    fake.segments = std::move(segments);
    const std::string image = fake.build();
    return ElfFile::parse(bytes_of(image)).value().linkage();
  };
  const FakeElf::Segment loader{.kind = 3, .contents = std::string("/lib/ld.so\0", 11)};
  EXPECT_EQ(linkage(3, {loader, {.kind = 2, .contents = dynamic_segment(0)}}), ElfLinkage::dynamic);
  EXPECT_EQ(linkage(2, {loader}), ElfLinkage::dynamic);
  EXPECT_EQ(linkage(2, {}), ElfLinkage::static_fixed);
  EXPECT_EQ(linkage(3, {{.kind = 2, .contents = dynamic_segment(0x08000001)}}), ElfLinkage::static_pie);
  EXPECT_EQ(linkage(3, {{.kind = 2, .contents = dynamic_segment(1)}}), ElfLinkage::shared_library);
  EXPECT_EQ(linkage(1, {}), ElfLinkage::none);
}

TEST(ElfFile, NamesTheLoader) {
  FakeElf fake;
  fake.segments.push_back({.kind = 3, .contents = std::string("/lib/ld.so\0", 11)});
  const std::string image = fake.build();
  EXPECT_EQ(ElfFile::parse(bytes_of(image)).value().interpreter(), "/lib/ld.so");
}

TEST(ElfFile, SaysWhyAFileIsNone) {
  const auto error = [](std::string image) {
    const auto elf = ElfFile::parse(bytes_of(image));
    return elf.ok() ? std::string("read") : elf.error().message();
  };
  EXPECT_THAT(error(""), HasSubstr("not an ELF file"));
  EXPECT_THAT(error("#!/bin/sh\n"), HasSubstr("not an ELF file"));
  std::string image = FakeElf{}.build();
  EXPECT_THAT(error(image.substr(0, 40)), HasSubstr("ends within its header"));
  image[5] = 2;
  EXPECT_THAT(error(image), HasSubstr("big-endian"));
}

TEST(ElfFile, SegmentsBeyondTheEndAreAnError) {
  FakeElf fake;
  fake.segments.resize(3);
  std::string image = fake.build();
  image[56] = '\xff';  // the number of segments
  image[57] = '\x7f';
  const auto elf = ElfFile::parse(bytes_of(image));
  ASSERT_FALSE(elf.ok());
  EXPECT_THAT(elf.error().message(), HasSubstr("beyond its end"));
}

TEST(ElfFile, SectionsThatWereCutOffAreAsIfThereWereNone) {
  FakeElf fake = with_code();
  fake.segments.push_back({.kind = 4, .contents = FakeElf::note(3, "\x12\x34")});
  const std::string image = fake.build();
  const std::string cut = image.substr(0, image.size() - 1);
  const auto elf = ElfFile::parse(bytes_of(cut));
  ASSERT_TRUE(elf.ok());
  EXPECT_THAT(elf.value().sections(), IsEmpty());
  EXPECT_EQ(elf.value().build_id(), "1234");
}

// Whatever bytes come, nothing is read past their end (the sanitizers watch) and nothing runs away.
TEST(ElfFile, EverySingleByteMayBeWrong) {
  FakeElf fake = with_code();
  fake.segments.push_back({.kind = 4, .contents = FakeElf::note(3, "\x12\x34")});
  fake.segments.push_back({.kind = 2, .contents = dynamic_segment(0x08000001)});
  fake.add_symbols(2, {{.name = "main", .address = 0x1000, .size = 0x20}});
  const std::string good = fake.build();
  std::size_t read = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const char value : {'\0', '\1', '\x7f', '\xff'}) {
      std::string image = good;
      image[i] = value;
      const auto elf = ElfFile::parse(bytes_of(image));
      if (!elf.ok()) continue;
      ++read;
      static_cast<void>(elf.value().build_id());
      static_cast<void>(elf.value().linkage());
      EXPECT_LE(elf.value().symbols(ElfFile::SymbolTable::full).rows.size(), image.size() / 24);
    }
  }
  EXPECT_GT(read, good.size());
}

}  // namespace
}  // namespace ajar::objfile
