#include "symbolize/name_stacks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ajar::symbolize {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

class NameStacks : public testing::Test {
 protected:
  void add_module(const std::string& path, const std::string& build_id) {
    model::Module module;
    module.id = world_.modules.next_id();
    module.path = path;
    module.build_id = build_id;
    world_.modules.add(module);
    model::Frame frame;
    frame.module = module.id;
    frame.offset = 0x10;
    world_.stacks.add({.callee = {}, .frame = frame});
  }

  // Whose files are looked for.
  std::vector<std::string> asked(Asked which, Questions::Of lacking = Questions::Of::unnamed) {
    std::vector<std::string> paths;
    Symbolizer symbolizer({.find = [&](const Question& question) {
      paths.push_back(question.module.path);
      return ModuleFile{};
    }});
    EXPECT_TRUE(name_stacks(world_, symbolizer, lacking, which).empty());
    return paths;
  }

  model::World world_;
};

TEST_F(NameStacks, AsksAllModulesWhereThatIsWanted) {
  add_module("/bin/sure", "1234");
  add_module("/bin/unsure", "");
  EXPECT_THAT(asked(Asked::all_modules), UnorderedElementsAre("/bin/sure", "/bin/unsure"));
}

TEST_F(NameStacks, AsksNoModuleOfWhichOneCannotBeSureUnasked) {
  add_module("/bin/sure", "1234");
  add_module("/bin/unsure", "");
  EXPECT_THAT(asked(Asked::modules_with_build_id), ElementsAre("/bin/sure"));
}

TEST_F(NameStacks, AsksNoOtherMachineUnasked) {
  add_module("C:\\app\\here.dll", "1234");
  add_module("\\\\host\\share\\there.dll", "5678");
  EXPECT_THAT(asked(Asked::modules_with_build_id), ElementsAre("C:\\app\\here.dll"));
}

TEST_F(NameStacks, AsksNoModuleAllOfWhoseFunctionsAreNamed) {
  add_module("/bin/named", "1234");
  const model::Module& module = *world_.modules.begin();
  world_.symbols[module.identity()][model::World::lookup_offset(world_.stacks.begin()->frame)] = {
      {.match = model::SymbolMatch::exact, .function = "main", .file = {}}};
  EXPECT_THAT(asked(Asked::modules_with_build_id), ElementsAre());
  EXPECT_THAT(asked(Asked::modules_with_build_id, Questions::Of::lineless), ElementsAre("/bin/named"));
}

}  // namespace
}  // namespace ajar::symbolize
