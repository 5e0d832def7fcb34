#include "capture/kernel/code_file.h"

#include <gtest/gtest.h>

#include "objfile/go/testing/fake_go_program.h"
#include "objfile/go/testing/shop_table.h"
#include "platform/testing/temp_tree.h"

namespace ajar::capture::kernel {
namespace {

using objfile::FakeElf;
using objfile::go::FakeGoProgram;

// A program without call-frame information, with the functions' table in a section of that name.
FakeElf program_with(const std::string& section) {
  FakeGoProgram program;
  program.table = objfile::go::shop_table(objfile::go::Layout::go_1_18);
  program.section = section;
  FakeElf elf = program.elf();
  FakeElf::Section& text = elf.sections.front();
  text.contents = std::string(text.contents.size(), '\xc3');  // ret
  elf.segments.push_back({.address = text.address, .contents = text.contents});
  elf.add_symbols(2, {{.name = "main.open", .address = text.address, .size = 0x20}});
  return elf;
}

std::shared_ptr<const CodeFile> opened(const FakeElf& elf) {
  const platform::TempTree folder{{"program", elf.build()}};
  return CodeFiles().file_at(folder.path("program"));
}

TEST(CodeFile, OfGoHasFramePointersAndIsNotFollowedBeItPositionIndependentOrNot) {
  for (const char* const section : {".gopclntab", ".data.rel.ro.gopclntab"}) {
    const auto file = opened(program_with(section));
    ASSERT_NE(file, nullptr);
    EXPECT_TRUE(file->has_frame_pointers()) << section;
    EXPECT_EQ(file->table(), nullptr) << section;
  }
}

TEST(CodeFile, OfOthersIsFollowedWithoutAWordOfFramePointers) {
  const auto file = opened(program_with(".rodata"));
  ASSERT_NE(file, nullptr);
  EXPECT_FALSE(file->has_frame_pointers());
  EXPECT_NE(file->table(), nullptr);
}

}  // namespace
}  // namespace ajar::capture::kernel
