#include "platform/process_files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>

#include "base/owned_fd.h"
#include "platform/mapped_file.h"
#include "platform/own_executable.h"
#include "platform/procfs.h"
#include "platform/testing/temp_tree.h"

namespace ajar::platform {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

MappedCode own_code(const std::string& path) {
  return {.pid = ::getpid(),
          .start_ticks = ProcFs().process(::getpid())->start_ticks,
          .path = path,
          .begin = 0,
          .end = 0};
}

std::string text_of(const MappedFile& file) {
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

// The file, mapped as long as this lives.
class Mapping {
 public:
  explicit Mapping(const std::string& path) {
    const base::OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    at_ = ::mmap(nullptr, kSize, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { ::munmap(at_, kSize); }

  void place(MappedCode& code) const {
    code.begin = reinterpret_cast<std::uint64_t>(at_);
    code.end = code.begin + kSize;
  }

 private:
  static constexpr std::size_t kSize = 4096;
  void* at_;
};

TEST(ProcessFiles, ADeletedFileIsFoundThroughTheProcessThatHasItMapped) {
  const TempTree tree{{"libx.so", "what ran"}};
  MappedCode code = own_code(tree.path("libx.so"));
  const Mapping mapping(code.path);
  mapping.place(code);
  tree.write("new", "another");
  std::filesystem::rename(tree.path("new"), code.path);
  const auto paths = paths_through_process(code);
  ASSERT_EQ(paths.size(), 1U);
  const auto file = MappedFile::open(paths[0]);
  if (!file.ok()) GTEST_SKIP() << "not privileged: " << file.error().message();
  EXPECT_EQ(text_of(file.value()), "what ran");
}

TEST(ProcessFiles, WhatLiesThereByNowIsNotTakenForWhatTheKernelNamedOtherwise) {
  const TempTree tree{{"libfirst.so", "unloaded"}, {"libsecond.so", "loaded to the same place"}};
  MappedCode code = own_code(tree.path("libfirst.so"));
  code.named_by_kernel = true;
  const Mapping mapping(tree.path("libsecond.so"));
  mapping.place(code);
  EXPECT_THAT(paths_through_process(code), IsEmpty());
  code.path = tree.path("libsecond.so");
  EXPECT_THAT(paths_through_process(code), testing::SizeIs(1));
}

TEST(ProcessFiles, TheProgramIsFoundUnderItsProcess) {
  const std::string exe = "/proc/" + std::to_string(::getpid()) + "/exe";
  EXPECT_THAT(paths_through_process(own_code(own_executable().value())), ElementsAre(exe));
  EXPECT_THAT(paths_through_process(own_code(own_executable().value() + " (deleted)")), ElementsAre(exe));
}

TEST(ProcessFiles, APathOfItsOwnIsTheProcesssAndNotOurs) {
  EXPECT_TRUE(means_another_file_for_each("/proc/self/fd/7"));
  EXPECT_TRUE(means_another_file_for_each("/dev/fd/7"));
  EXPECT_FALSE(means_another_file_for_each("/usr/lib/x.so"));
  const std::string wanted = "/proc/" + std::to_string(::getpid()) + "/fd/7";
  EXPECT_THAT(paths_through_process(own_code("/proc/self/fd/7")), Contains(wanted));
  EXPECT_THAT(paths_through_process(own_code("/dev/fd/7")), Contains(wanted));
}

TEST(ProcessFiles, AnotherProcessOfThatPidIsNotAsked) {
  MappedCode code = own_code(own_executable().value());
  ++code.start_ticks;
  EXPECT_THAT(paths_through_process(code), IsEmpty());
  EXPECT_EQ(root_of_process(code.pid, code.start_ticks), "");
}

TEST(ProcessFiles, AProcessThatSeesOurRootHasNoOther) {
  const MappedCode code = own_code("");
  EXPECT_EQ(root_of_process(code.pid, code.start_ticks), "");
}

TEST(ProcessFiles, TheVdsoIsWhereTheKernelSaysItIs) {
  const auto vdso = own_vdso();
  EXPECT_EQ(reinterpret_cast<unsigned long>(vdso.data()), ::getauxval(AT_SYSINFO_EHDR));
  if (vdso.empty()) GTEST_SKIP() << "none here";
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(vdso.data()) + 1, 3), "ELF");
}

TEST(ProcessFiles, CodeIsFoundByItsAddressWithItsFileAndOffset) {
  const std::uint64_t start = ProcFs().process(::getpid())->start_ticks;
  const auto address = reinterpret_cast<std::uint64_t>(&code_mapped_at);
  const auto found = code_mapped_at(::getpid(), start, address);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->path, own_executable().value());
  EXPECT_LE(found->begin, address);
  EXPECT_GT(found->end, address);
  EXPECT_FALSE(code_mapped_at(::getpid(), start, reinterpret_cast<std::uint64_t>(&found)).has_value());
  EXPECT_FALSE(code_mapped_at(::getpid(), start + 1, address).has_value());
}

TEST(ProcessFiles, CodeInNoFileHasNoPath) {
  constexpr std::size_t size = 4096;
  void* const code = ::mmap(nullptr, size, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(code, MAP_FAILED);
  const auto found = code_mapped_at(::getpid(), ProcFs().process(::getpid())->start_ticks,
                                    reinterpret_cast<std::uint64_t>(code));
  ::munmap(code, size);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->path, "");
}

}  // namespace
}  // namespace ajar::platform
