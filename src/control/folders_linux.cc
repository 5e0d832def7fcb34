#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/number.h"
#include "control/folders.h"

namespace ajar::control {
namespace {

// Short enough that the path of a socket in it is one that the kernel takes (107 bytes).
constexpr std::size_t kLongestPath = 70;

constexpr std::string_view kRuntime = "/run/user";
constexpr std::string_view kTemporary = "/tmp";
constexpr std::string_view kInTemporary = "ajar-";

// The owner of a folder that nobody else can look into; none for anything else, links among it.
std::optional<std::uint32_t> owner_of_closed(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return std::nullopt;
  if ((status.st_mode & 077U) != 0) return std::nullopt;
  return status.st_uid;
}

std::string in_temporary(std::uint32_t user) {
  return std::string(kTemporary) + "/" + std::string(kInTemporary) + std::to_string(user);
}

// $XDG_RUNTIME_DIR where it is this user's own: after su and sudo it may be that of whoever was before.
std::optional<std::string> in_runtime() {
  const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime == nullptr || *runtime != '/') return std::nullopt;
  struct stat status{};
  if (::stat(runtime, &status) != 0 || status.st_uid != ::geteuid()) return std::nullopt;
  std::string path = std::string(runtime) + "/ajar";
  if (path.size() > kLongestPath) return std::nullopt;
  return path;
}

base::Result<Folder> make_closed(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return base::system_error(path, errno);
  const auto owner = owner_of_closed(path);
  if (owner == ::geteuid()) return Folder{.path = path, .owner = std::to_string(*owner)};
  return base::Error(path +
                     " is not this user's own, or others may look into it: remove it, or set "
                     "XDG_RUNTIME_DIR");
}

// Of the entries of `root` those that are called `prefix` and a number.
std::vector<std::string> numbered(std::string_view root, std::string_view prefix) {
  std::vector<std::string> paths;
  std::error_code failed;
  std::filesystem::directory_iterator at(std::filesystem::path(root), failed);
  for (; !failed && at != std::filesystem::directory_iterator(); at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (name.starts_with(prefix) && base::parse_number(std::string_view(name).substr(prefix.size())))
      paths.push_back(at->path().string());
  }
  std::ranges::sort(paths);
  return paths;
}

}  // namespace

base::Result<Folder> own_folder() {
  if (const auto runtime = in_runtime()) {
    if (auto made = make_closed(*runtime); made.ok()) return made;
  }
  return make_closed(in_temporary(::geteuid()));
}

std::vector<Folder> folders() {
  const std::uint32_t user = ::geteuid();
  std::vector<std::string> paths;
  if (const auto runtime = in_runtime()) paths.push_back(*runtime);
  paths.push_back(std::string(kRuntime) + "/" + std::to_string(user) + "/ajar");
  paths.push_back(in_temporary(user));
  if (user == 0) {
    for (const std::string& runtime : numbered(kRuntime, "")) paths.push_back(runtime + "/ajar");
    for (const std::string& temporary : numbered(kTemporary, kInTemporary)) paths.push_back(temporary);
  }
  std::vector<Folder> folders;
  for (const std::string& path : paths) {
    const auto owner = owner_of_closed(path);
    if (!owner || (user != 0 && *owner != user)) continue;
    const Folder folder{.path = path, .owner = std::to_string(*owner)};
    if (std::ranges::find(folders, folder) == folders.end()) folders.push_back(folder);
  }
  return folders;
}

bool others_have_sessions() {
  return std::ranges::any_of(numbered(kTemporary, kInTemporary), [](const std::string& path) {
    const auto owner = owner_of_closed(path);
    return owner && *owner != ::geteuid();
  });
}

}  // namespace ajar::control
