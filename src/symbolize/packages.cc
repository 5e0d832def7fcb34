#include "symbolize/packages.h"

#include <set>
#include <vector>

#include "platform/packages.h"

namespace ajar::symbolize {

namespace {

std::set<std::string> paths_without_package(const model::World& world) {
  std::set<model::ModuleId> in_stacks;
  for (const model::StackNode& node : world.stacks) in_stacks.insert(node.frame.module);
  std::set<std::string> wanted;
  for (const model::ModuleId id : in_stacks) {
    const model::Module* module = world.modules.find(id);
    if (module != nullptr && module->package.empty() && module->path.starts_with('/'))
      wanted.insert(module->path);
  }
  return wanted;
}

}  // namespace

void add_packages(model::World& world, const std::string& root) {
  const std::set<std::string> wanted = paths_without_package(world);
  if (wanted.empty()) return;
  const std::vector<std::string> paths(wanted.begin(), wanted.end());
  const auto owners = platform::owning_packages(paths, root);
  for (std::uint32_t i = 1; i <= world.modules.size(); ++i) {
    model::Module* module = world.modules.find(model::ModuleId{i});
    const auto owner = owners.find(module->path);
    if (!module->package.empty() || owner == owners.end()) continue;
    module->package = owner->second.name;
    module->version = owner->second.version;
  }
}

}  // namespace ajar::symbolize
