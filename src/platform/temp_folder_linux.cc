#include <cstdlib>
#include <filesystem>

#include "platform/temp_folder.h"

namespace ajar::platform {

TempFolder::TempFolder() {
  std::error_code failed;
  std::string name = (std::filesystem::temp_directory_path(failed) / "ajar-XXXXXX").string();
  if (!failed && ::mkdtemp(name.data()) != nullptr) path_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace ajar::platform
