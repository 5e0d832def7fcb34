#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ajar::harness {

// An empty directory for one test, removed with all that is in it.
class TempDir {
 public:
  TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

void write_file(const std::filesystem::path& path, std::string_view content);

// Empty where there is no such file.
std::string read_file(const std::filesystem::path& path);

}  // namespace ajar::harness
