#include "control/folders.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace ajar::control {

std::vector<std::string> files_in(const Folder& folder) {
  std::vector<std::string> files;
  std::error_code failed;
  std::filesystem::directory_iterator at(folder.path, failed);
  for (; !failed && at != std::filesystem::directory_iterator(); at.increment(failed)) {
    std::string name = at->path().filename().string();
    if (!name.starts_with('.')) files.push_back(std::move(name));
  }
  return files;
}

std::vector<std::string> names_among(const std::vector<std::string>& files, std::string_view suffix) {
  std::vector<std::string> names;
  for (const std::string& file : files) {
    if (file.ends_with(suffix)) names.push_back(file.substr(0, file.size() - suffix.size()));
  }
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> names_in(const Folder& folder, std::string_view suffix) {
  return names_among(files_in(folder), suffix);
}

}  // namespace ajar::control
