#include "control/folders.h"

#include <algorithm>
#include <filesystem>

namespace ajar::control {

std::vector<std::string> names_in(const Folder& folder, std::string_view suffix) {
  std::vector<std::string> names;
  std::error_code failed;
  std::filesystem::directory_iterator at(folder.path, failed);
  for (; !failed && at != std::filesystem::directory_iterator(); at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (name.ends_with(suffix) && !name.starts_with('.'))
      names.push_back(name.substr(0, name.size() - suffix.size()));
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace ajar::control
