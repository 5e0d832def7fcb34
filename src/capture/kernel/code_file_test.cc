#include "capture/kernel/code_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/owned_fd.h"
#include "objfile/go/testing/fake_go_program.h"
#include "objfile/go/testing/shop_table.h"
#include "platform/procfs.h"
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

// A plugin is unloaded, and the next one is loaded to the same place, before ajar comes to read of the first.
TEST(CodeFile, IsTheOneThatWasToldThoughAnotherIsMappedThereByNow) {
  const auto with_id = [](const std::string& id) {
    FakeElf elf = program_with(".rodata");
    elf.sections.push_back({.name = ".note.gnu.build-id", .kind = 7, .contents = FakeElf::note(3, id)});
    return elf.build();
  };
  const platform::TempTree folder{{"first", with_id("\x12")}, {"second", with_id("\x34")}};
  const base::OwnedFd fd(::open(folder.path("second").c_str(), O_RDONLY | O_CLOEXEC));
  constexpr std::size_t kPage = 4096;
  void* const at = ::mmap(nullptr, kPage, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  ASSERT_NE(at, MAP_FAILED);
  platform::MappedRange told = told_range(folder.path("first"));
  told.begin = reinterpret_cast<std::uint64_t>(at);
  told.end = told.begin + kPage;
  const auto file =
      CodeFiles().file_of(::getpid(), platform::ProcFs().process(::getpid())->start_ticks, told);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->build_id(), "12");
  ::munmap(at, kPage);
}

}  // namespace
}  // namespace ajar::capture::kernel
