#pragma once

#include <map>
#include <span>
#include <string>

namespace ajar::platform {

struct Package {
  std::string name;
  std::string version;

  bool operator==(const Package&) const = default;
};

// Which packages own these files, by path as given; files of no package are not in the map. Reads dpkg's own
// database below `root` (empty: this system), once for all paths, some ten milliseconds; where there is none
// the map is empty. A path is found whether or not /lib and the like are links into /usr. Files that another
// package diverts are taken for the owner's all the same.
std::map<std::string, Package> owning_packages(std::span<const std::string> paths,
                                               const std::string& root = "");

}  // namespace ajar::platform
