#include "symbolize/packages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "platform/testing/temp_tree.h"

namespace ajar::symbolize {
namespace {

model::ModuleId add_module(model::World& world, const std::string& path) {
  model::Module module;
  module.path = path;
  const model::ModuleId id = world.modules.add(module);
  model::StackNode node;
  node.frame.kind = model::FrameKind::native;
  node.frame.module = id;
  world.stacks.add(node);
  return id;
}

TEST(Packages, SaysWhomToCallAboutEachModule) {
  const platform::TempTree root{
      {"var/lib/dpkg/status", "Package: libpricing1\nArchitecture: amd64\nVersion: 1.2-3\n"},
      {"var/lib/dpkg/info/libpricing1:amd64.list", "/usr/lib/libpricing.so\n"}};
  model::World world;
  const auto pricing = add_module(world, "/usr/lib/libpricing.so");
  const auto own = add_module(world, "/srv/shop");
  const auto memory = add_module(world, "[vdso]");
  const auto again = add_module(world, "/usr/lib/libpricing.so");
  Packages(root.root()).add_to(world);
  EXPECT_EQ(world.modules.find(pricing)->package, "libpricing1");
  EXPECT_EQ(world.modules.find(pricing)->version, "1.2-3");
  EXPECT_EQ(world.modules.find(again)->package, "libpricing1");
  EXPECT_EQ(world.modules.find(own)->package, "");
  EXPECT_EQ(world.modules.find(memory)->package, "");
}

TEST(Packages, AsksTheDatabaseOnceAboutEachPathAndSaysWhichModulesGotOne) {
  const platform::TempTree root{
      {"var/lib/dpkg/status", "Package: libpricing1\nArchitecture: amd64\nVersion: 1.2-3\n"},
      {"var/lib/dpkg/info/libpricing1:amd64.list", "/usr/lib/libpricing.so\n"}};
  model::World world;
  const auto pricing = add_module(world, "/usr/lib/libpricing.so");
  add_module(world, "/srv/shop");
  Packages packages(root.root());
  EXPECT_THAT(packages.add_to(world), testing::ElementsAre(pricing));
  EXPECT_THAT(packages.add_to(world), testing::IsEmpty());
  // What came since is known from before, without the database.
  std::filesystem::remove_all(std::filesystem::path(root.root()) / "var");
  const auto again = add_module(world, "/usr/lib/libpricing.so");
  EXPECT_THAT(packages.add_to(world), testing::ElementsAre(again));
  EXPECT_EQ(world.modules.find(again)->package, "libpricing1");
}

TEST(Packages, LeavesOutModulesThatStandInNoStack) {
  const platform::TempTree root{
      {"var/lib/dpkg/status", "Package: libunused1\nArchitecture: amd64\nVersion: 1\n"},
      {"var/lib/dpkg/info/libunused1:amd64.list", "/usr/lib/libunused.so\n"}};
  model::World world;
  model::Module module;
  module.path = "/usr/lib/libunused.so";
  const model::ModuleId unused = world.modules.add(module);
  Packages(root.root()).add_to(world);
  EXPECT_EQ(world.modules.find(unused)->package, "");
}

}  // namespace
}  // namespace ajar::symbolize
