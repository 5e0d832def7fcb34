#include "capture/kernel/image_code.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "capture/testing/world_recorder.h"

namespace ajar::capture::kernel {
namespace {

constexpr std::int64_t kGone = 4'194'303;  // no process has this number

class ToldCode : public ::testing::Test {
 protected:
  static platform::MappedRange range(std::uint64_t begin, std::uint64_t end, const std::string& path,
                                     std::uint64_t offset = 0) {
    platform::MappedRange range = told_range(path);
    range.begin = begin;
    range.end = end;
    range.offset = offset;
    return range;
  }

  // The pieces as text: "1000-3000+0".
  std::string mapped() {
    code_.refresh();
    std::string text;
    for (const ImageCode::Mapping& mapping : code_.mappings())
      text += std::to_string(mapping.begin) + "-" + std::to_string(mapping.end) + " ";
    return text;
  }

  model::StackId stack(std::vector<std::uint64_t> frames) {
    ajar_call call{};
    call.frames = static_cast<ajar_u32>(frames.size());
    call.walk = AJAR_WALK_ENDED;
    return code_.stack_of({.call = call, .frames = frames, .python = {}, .payload = {}, .stack = {}});
  }

  testing::WorldRecorder recorder_;
  CodeFiles files_;
  ImageCode code_{recorder_, files_, model::ImageId{1}, kGone, 0};
};

TEST_F(ToldCode, IsWhatWasMappedAndNotUnmapped) {
  code_.mapped(range(0x1000, 0x5000, "/no/such/file"));
  code_.mapped(range(0x8000, 0x9000, "/no/such/file"));
  EXPECT_EQ(mapped(), "4096-20480 32768-36864 ");
  code_.unmapped(0x2000, 0x3000);
  EXPECT_EQ(mapped(), "4096-8192 12288-20480 32768-36864 ");
  code_.mapped(range(0x4000, 0x8800, "/other"));
  EXPECT_EQ(mapped(), "4096-8192 12288-16384 16384-34816 34816-36864 ");
  code_.unmapped(0, 0x10000);
  EXPECT_EQ(mapped(), "");
}

TEST_F(ToldCode, WhereOtherCodeComesIsAnotherFrame) {
  code_.mapped(range(0x1000, 0x2000, "/one"));
  const model::StackId first = stack({0x1100});
  EXPECT_EQ(stack({0x1100}), first);
  code_.mapped(range(0x1000, 0x2000, "/two"));
  const model::StackId second = stack({0x1100});
  EXPECT_NE(first, second);
  const model::World& world = recorder_.world();
  EXPECT_EQ(world.modules.find(world.stacks.find(first)->frame.module)->path, "/one");
  EXPECT_TRUE(world.modules.find(world.stacks.find(first)->frame.module)->unloaded.has_value());
  EXPECT_EQ(world.modules.find(world.stacks.find(second)->frame.module)->path, "/two");
}

TEST_F(ToldCode, OfANewProgramBeginsWithItsLinker) {
  const std::string self = std::filesystem::read_symlink("/proc/self/exe");
  const auto file = files_.file_at(self);
  ASSERT_NE(file, nullptr);
  ajar_execed told{};
  told.code = 0x10000 + *file->first_code();
  const auto linker = files_.file_at(file->interpreter());
  ASSERT_NE(linker, nullptr);
  told.entry = 0x7f0000000000 + linker->entry();
  code_.begins(told, self);
  stack({told.entry});
  const model::World& world = recorder_.world();
  const model::Module* module = world.modules.find(world.stacks.begin()->frame.module);
  ASSERT_NE(module, nullptr);
  EXPECT_EQ(module->path, std::filesystem::canonical(file->interpreter()));
  EXPECT_EQ(module->bias, 0x7f0000000000U);
  EXPECT_FALSE(module->build_id.empty());
}

TEST(ImageCode, OfALivingProcessIsWhatTheKernelLists) {
  testing::WorldRecorder recorder;
  CodeFiles files;
  ImageCode code(recorder, files, model::ImageId{1}, ::getpid(), 0);
  EXPECT_TRUE(code.refresh());
  EXPECT_FALSE(code.refresh()) << "nothing has changed";
  const auto here = reinterpret_cast<std::uint64_t>(&::getpid);
  ajar_call call{};
  call.frames = 1;
  call.walk = AJAR_WALK_ENDED;
  const std::uint64_t frames[] = {here + 1};
  const model::StackId stack =
      code.stack_of({.call = call, .frames = frames, .python = {}, .payload = {}, .stack = {}});
  const model::Module* module =
      recorder.world().modules.find(recorder.world().stacks.find(stack)->frame.module);
  ASSERT_NE(module, nullptr);
  EXPECT_NE(module->path.find("libc.so"), std::string::npos);
}

TEST(ImageCode, OfADeepStackHasAMarkerWhereFramesWereLeftOut) {
  testing::WorldRecorder recorder;
  CodeFiles files;
  ImageCode code(recorder, files, model::ImageId{1}, kGone, 0);
  ajar_call call{};
  call.frames = 1000;
  call.walk = AJAR_WALK_ENDED;
  std::vector<std::uint64_t> frames;
  for (std::uint64_t i = 0; i < AJAR_CALL_FRAMES; ++i) frames.push_back(0x1000 + i);
  const std::vector<model::Frame> told = recorder.world().frames(
      code.stack_of({.call = call, .frames = frames, .python = {}, .payload = {}, .stack = {}}));
  ASSERT_EQ(told.size(), std::size_t{AJAR_CALL_FRAMES} + 1);
  EXPECT_EQ(told[AJAR_CALL_INNERMOST].marker, model::Marker::cut);
  // 1000 - 256 walked after the first ones: the oldest of the kept is at place 744 % 32 = 8.
  EXPECT_EQ(told[AJAR_CALL_INNERMOST + 1].offset, 0x1000U + AJAR_CALL_INNERMOST + 8);
  EXPECT_EQ(told.back().offset, 0x1000U + AJAR_CALL_INNERMOST + 7);
}

}  // namespace
}  // namespace ajar::capture::kernel
