#include "capture/kernel/python_file.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "platform/mapped_file.h"

namespace ajar::capture::kernel {
namespace {

// nullopt also where there is no such file.
std::optional<PythonFile> python_in(const std::string& path) {
  const auto file = platform::MappedFile::open(path);
  if (!file.ok()) return std::nullopt;
  const auto elf = objfile::ElfFile::parse(file.value().bytes());
  return elf.ok() ? find_python(elf.value()) : std::nullopt;
}

TEST(PythonFile, OfAnInterpreterSaysItsReleaseAndWhereThingsAre) {
  const std::string path = "/usr/bin/python3.11";  // Debian's, which has the library in itself
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "needs " << path;
  const auto python = python_in(path);
  ASSERT_TRUE(python.has_value());
  EXPECT_EQ(python->layout, python::layout_of(0x030b'0000));
  EXPECT_GT(python->loop_size, 1000U);
  EXPECT_EQ(python->where.entry, AJAR_PYTHON_ENTERS_BY_FLAG);
  EXPECT_EQ(python->where.frame_size % 8, 0U);
  EXPECT_GT(python->where.frame_size, python->where.owner);
  const ajar_python moved = python->where_at(0x1000);
  EXPECT_EQ(moved.interpreters, python->where.interpreters + 0x1000);
  EXPECT_EQ(moved.code_type, python->where.code_type + 0x1000);
}

TEST(PythonFile, OfAnotherProgramIsNone) {
  EXPECT_FALSE(python_in("/proc/self/exe").has_value());
  EXPECT_FALSE(python_in("/no/such/file").has_value());
}

TEST(PythonFile, WhatIsReadOfFramesAndCodeOfEachReleaseFitsItsRoom) {
  for (const python::Layout& layout : python::kLayouts) {
    EXPECT_LT(std::max({layout.code, layout.instruction, layout.previous, layout.owner}) + 8,
              AJAR_PYTHON_MOST_FRAME);
    EXPECT_LT(std::max({layout.file, layout.name, layout.lines, layout.first_line}) + 8,
              AJAR_PYTHON_MOST_CODE);
    EXPECT_LE(layout.other_text, AJAR_PYTHON_HEAD);
    EXPECT_NE(python::threads_of(std::uint64_t{layout.version} << 16U), nullptr);
  }
}

}  // namespace
}  // namespace ajar::capture::kernel
