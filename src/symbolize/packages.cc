#include "symbolize/packages.h"

#include <set>

namespace ajar::symbolize {
namespace {

std::set<model::ModuleId> without_package(const model::World& world) {
  std::set<model::ModuleId> in_stacks;
  for (const model::StackNode& node : world.stacks) in_stacks.insert(node.frame.module);
  std::erase_if(in_stacks, [&](model::ModuleId id) {
    const model::Module* module = world.modules.find(id);
    return module == nullptr || !module->package.empty() || !module->path.starts_with('/');
  });
  return in_stacks;
}

}  // namespace

void Packages::find(const std::vector<std::string>& paths) {
  if (paths.empty()) return;
  const auto owners = platform::owning_packages(paths, root_);
  for (const std::string& path : paths) {
    const auto owner = owners.find(path);
    if (owner != owners.end()) known_[path] = owner->second;
  }
}

std::vector<model::ModuleId> Packages::add_to(model::World& world) {
  const std::set<model::ModuleId> wanted = without_package(world);
  std::vector<std::string> asked;
  for (const model::ModuleId id : wanted) {
    const std::string& path = world.modules.find(id)->path;
    if (known_.try_emplace(path).second) asked.push_back(path);
  }
  find(asked);
  std::vector<model::ModuleId> added;
  for (const model::ModuleId id : wanted) {
    model::Module& module = *world.modules.find(id);
    const std::optional<platform::Package>& owner = known_[module.path];
    if (!owner) continue;
    module.package = owner->name;
    module.version = owner->version;
    added.push_back(id);
  }
  return added;
}

}  // namespace ajar::symbolize
