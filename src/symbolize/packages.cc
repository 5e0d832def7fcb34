#include "symbolize/packages.h"

#include <set>
#include <vector>

#include "platform/packages.h"

namespace ajar::symbolize {

void add_packages(model::World& world, const std::string& root) {
  std::set<std::string> wanted;
  for (const model::Module& module : world.modules) {
    if (module.package.empty() && module.path.starts_with('/')) wanted.insert(module.path);
  }
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
