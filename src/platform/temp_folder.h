#pragma once

#include <string>

namespace ajar::platform {

// A folder that only this user can look into, below TMPDIR or /tmp. It goes with its owner, and what is in
// it.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  // Empty where none could be made.
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace ajar::platform
