#include "model/world.h"

#include <gtest/gtest.h>

namespace ajar::model {
namespace {

Frame at(std::uint32_t module, std::uint64_t offset) {
  return {.module = ModuleId{module}, .offset = offset, .function = {}, .file = {}};
}

TEST(World, FramesOfAStackComeInnermostFirst) {
  World world;
  const StackId leaf = world.stacks.add({.callee = {}, .frame = at(1, 0x10)});
  const StackId caller = world.stacks.add({.callee = leaf, .frame = at(1, 0x20)});
  const auto frames = world.frames(caller);
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].offset, 0x10U);
  EXPECT_EQ(frames[1].offset, 0x20U);
}

TEST(World, AStackWhoseNodesWereLostSaysSo) {
  World world;
  world.stacks.put(StackId{5}, {.callee = StackId{4}, .frame = at(1, 0x20)});
  world.stacks.put(StackId{4}, {.callee = StackId{9}, .frame = at(1, 0x10)});
  const auto frames = world.frames(StackId{5});
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[0].marker, Marker::unseen);
}

TEST(World, SymbolsAreLookedUpAtTheCallNotAfterIt) {
  World world;
  Module module;
  module.build_id = "ab12";
  const ModuleId id = world.modules.add(module);
  world.symbols["build-id:ab12"][0xf] = {Symbol{.match = SymbolMatch::exact, .function = "leak", .file = {}}};
  const SymbolChain* found = world.symbol(at(id.value, 0x10));
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->front().function, "leak");
}

TEST(Image, NameIsTheLastComponentOnBothSystems) {
  Image image;
  image.path = "/usr/sbin/nginx";
  EXPECT_EQ(image.name(), "nginx");
  image.path = "C:\\Windows\\w3wp.exe";
  EXPECT_EQ(image.name(), "w3wp.exe");
}

TEST(Module, AnImageThatHasNoMoreThanItsTimeAndSizeIsNamedWithItsFile) {
  Module module;
  module.path = "C:\\Shop\\MyCustomDll.dll";
  module.build_id = "6b089a746000";
  EXPECT_EQ(module.identity(), "image:6b089a746000/mycustomdll.dll");
  module.build_id = "0123456789abcdef0123456789abcdef1";
  EXPECT_EQ(module.identity(), "build-id:0123456789abcdef0123456789abcdef1");
  module.path = "/usr/lib/libshop.so";
  module.build_id = "0123456789abcdef";
  EXPECT_EQ(module.identity(), "build-id:0123456789abcdef");
}

}  // namespace
}  // namespace ajar::model
