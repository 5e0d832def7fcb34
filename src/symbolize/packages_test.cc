#include "symbolize/packages.h"

#include <gtest/gtest.h>

#include "platform/testing/temp_tree.h"

namespace ajar::symbolize {
namespace {

model::ModuleId add_module(model::World& world, const std::string& path) {
  model::Module module;
  module.path = path;
  return world.modules.add(module);
}

TEST(AddPackages, SaysWhomToCallAboutEachModule) {
  const platform::TempTree root{
      {"var/lib/dpkg/status", "Package: libpricing1\nArchitecture: amd64\nVersion: 1.2-3\n"},
      {"var/lib/dpkg/info/libpricing1:amd64.list", "/usr/lib/libpricing.so\n"}};
  model::World world;
  const auto pricing = add_module(world, "/usr/lib/libpricing.so");
  const auto own = add_module(world, "/srv/shop");
  const auto memory = add_module(world, "[vdso]");
  const auto again = add_module(world, "/usr/lib/libpricing.so");
  add_packages(world, root.root());
  EXPECT_EQ(world.modules.find(pricing)->package, "libpricing1");
  EXPECT_EQ(world.modules.find(pricing)->version, "1.2-3");
  EXPECT_EQ(world.modules.find(again)->package, "libpricing1");
  EXPECT_EQ(world.modules.find(own)->package, "");
  EXPECT_EQ(world.modules.find(memory)->package, "");
}

}  // namespace
}  // namespace ajar::symbolize
