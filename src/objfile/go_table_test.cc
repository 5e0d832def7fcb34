#include "objfile/go_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "objfile/elf_pointers.h"
#include "objfile/go/testing/fake_go_program.h"
#include "objfile/go/testing/shop_table.h"

namespace ajar::objfile {
namespace {

using go::FakeGoProgram;
using go::Layout;
using testing::ElementsAre;
using testing::IsEmpty;

// The functions at an address of the program, innermost first.
std::vector<std::string> functions_at(const std::string& bytes, std::uint64_t address) {
  const auto elf = ElfFile::parse(bytes_of(bytes));
  if (!elf.ok()) return {"no ELF file"};
  const auto table = find_go_table(elf.value());
  if (!table.has_value()) return {"no table"};
  std::vector<std::string> functions;
  for (const go::Place& place : table->find(address)) functions.emplace_back(place.function);
  return functions;
}

std::vector<std::string> functions_at(const FakeElf& fake, std::uint64_t address) {
  return functions_at(fake.build(), address);
}

FakeGoProgram shop(Layout layout = Layout::go_1_18) {
  FakeGoProgram program;
  program.table = go::shop_table(layout);
  return program;
}

TEST(GoTable, IsFoundByItsSectionWithTheInlinedCalls) {
  for (const Layout layout : {Layout::go_1_18, Layout::go_1_20}) {
    EXPECT_THAT(functions_at(shop(layout).elf(), 0x1030),
                ElementsAre("main.once", "main.twice", "main.(*server).serve"));
  }
}

TEST(GoTable, IsFoundWhereTheLinkerHasPutItIntoAnotherSection) {
  FakeGoProgram program = shop();
  program.section = ".data.rel.ro";
  EXPECT_THAT(functions_at(program.elf(), 0x1030),
              ElementsAre("main.once", "main.twice", "main.(*server).serve"));
}

TEST(GoTable, OfAPositionIndependentProgramIsReadWithItsRelocations) {
  FakeGoProgram program = shop();
  program.pointers = FakeGoProgram::Pointers::relocated;
  EXPECT_THAT(functions_at(program.elf(), 0x1030),
              ElementsAre("main.once", "main.twice", "main.(*server).serve"));
}

TEST(GoTable, WithoutTheRuntimesDescriptionNamesTheFunctions) {
  FakeGoProgram program = shop();
  FakeElf elf = program.elf();
  elf.segments.back().contents = std::string(512, '\0');
  EXPECT_THAT(functions_at(elf, 0x1030), ElementsAre("main.(*server).serve"));
}

TEST(GoTable, OfProgramsWithoutSectionsIsLookedForEverywhere) {
  constexpr std::size_t kSectionCount = 60;  // in the header
  std::string bytes = shop().elf().build();
  bytes.replace(kSectionCount, 2, 2, '\0');
  EXPECT_THAT(functions_at(bytes, 0x1000), ElementsAre("main.open"));
}

// Its bytes may stand anywhere: in a test program, as here.
TEST(GoTable, IsNotLookedForInOtherPrograms) {
  FakeElf elf = shop().elf();
  for (FakeElf::Section& section : elf.sections) {
    if (section.name.find("go") != std::string::npos) section.name = ".rodata";
  }
  EXPECT_THAT(functions_at(elf, 0x1000), ElementsAre("no table"));
}

TEST(GoTable, IsNotLookedForWhereASectionsNameOnlyBeginsLikeGos) {
  FakeElf elf = shop().elf();
  for (FakeElf::Section& section : elf.sections) {
    if (section.name == ".gopclntab") section.name = ".got";
    if (section.name == ".go.buildinfo") section.name = ".got.plt";
  }
  EXPECT_THAT(functions_at(elf, 0x1000), ElementsAre("no table"));
}

TEST(ElfPointers, AreWhatTheBytesSayOrTheRelocation) {
  for (const auto kind : {FakeGoProgram::Pointers::plain, FakeGoProgram::Pointers::relocated}) {
    FakeGoProgram program = shop();
    program.pointers = kind;
    const std::string bytes = program.elf().build();
    const auto elf = ElfFile::parse(bytes_of(bytes));
    ASSERT_TRUE(elf.ok());
    const ElfPointers pointers(elf.value());
    const std::vector<std::uint64_t> found = pointers.to(program.table_address);
    ASSERT_THAT(found, ElementsAre(program.data_address + 32));
    EXPECT_EQ(pointers.at(found[0]), program.table_address);
    EXPECT_EQ(pointers.at(0x9999'0000), std::nullopt);
    EXPECT_THAT(pointers.to(0x9999'0000), IsEmpty());
  }
}

}  // namespace
}  // namespace ajar::objfile
