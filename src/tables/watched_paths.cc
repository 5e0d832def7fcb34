#include "tables/watched_paths.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <sstream>
#include <utility>

#include "base/owned_fd.h"
#include "platform/read_file.h"
#include "tables/kernel_words.h"

namespace ajar::tables {
namespace {

// As the kernel keeps a device number to itself: 12 bits of 20.
std::uint64_t kernel_device(std::uint64_t major, std::uint64_t minor) {
  return (major << 20U) | minor;
}

struct Mount {
  std::uint64_t id = 0, device = 0;
  std::string point;
};

// "36 35 98:0 /inside /mnt/point …": proc_pid_mountinfo(5). Blanks in paths are written as \040.
std::optional<Mount> parse_mount(const std::string& line) {
  std::istringstream words(line);
  std::uint64_t parent = 0;
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  char colon = 0;
  std::string inside;
  Mount mount;
  words >> mount.id >> parent >> major >> colon >> minor >> inside >> mount.point;
  if (!words || colon != ':') return std::nullopt;
  mount.device = kernel_device(major, minor);
  mount.point = unescaped(mount.point);
  return mount;
}

// file_handle ends in an array of no certain length.
class Handle {
 public:
  explicit Handle(const WatchedObject& object) {
    handle_ = reinterpret_cast<file_handle*>(room_);
    handle_->handle_bytes = static_cast<unsigned>(object.file_handle.size());
    handle_->handle_type = object.file_handle_type;
    std::memcpy(handle_->f_handle, object.file_handle.data(), object.file_handle.size());
  }
  [[nodiscard]] file_handle* get() { return handle_; }

 private:
  alignas(file_handle) std::byte room_[sizeof(file_handle) + MAX_HANDLE_SZ]{};
  file_handle* handle_;
};

bool is_that(const base::OwnedFd& found, const WatchedObject& object) {
  struct stat status{};
  return ::fstat(found.get(), &status) == 0 && status.st_ino == object.inode &&
         kernel_device(major(status.st_dev), minor(status.st_dev)) == object.device;
}

}  // namespace

WatchedPaths::WatchedPaths(const platform::ProcFs& proc, std::int64_t pid) : root_(proc.path(pid, "root")) {
  std::istringstream lines(platform::read_file(proc.path(pid, "mountinfo")).value_or(std::string()));
  for (std::string line; std::getline(lines, line);) {
    auto mount = parse_mount(line);
    if (!mount.has_value()) continue;
    by_device_.try_emplace(mount->device, mount->point);
    by_mount_.try_emplace(mount->id, std::move(mount->point));
  }
}

std::string WatchedPaths::by_handle(const WatchedObject& object, const std::string& mount_point) const {
  if (object.file_handle.empty() || object.file_handle.size() > MAX_HANDLE_SZ) return {};
  const base::OwnedFd mount(::open((root_ + mount_point).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!mount.valid()) return {};
  Handle handle(object);
  const base::OwnedFd found(::open_by_handle_at(mount.get(), handle.get(), O_PATH | O_CLOEXEC));
  if (!found.valid() || !is_that(found, object)) return {};
  return platform::read_link("/proc/self/fd/" + std::to_string(found.get())).value_or(std::string());
}

std::string WatchedPaths::of(const WatchedObject& object) const {
  std::string path;
  if (object.mount.has_value()) {
    const auto known = by_mount_.find(*object.mount);
    if (known != by_mount_.end()) path = "mount " + known->second;
  } else if (object.device.has_value()) {
    const auto known = by_device_.find(*object.device);
    if (known != by_device_.end())
      path = object.inode.has_value() ? by_handle(object, known->second) : "file system of " + known->second;
  }
  return path.empty() ? object_words(object) : path;
}

}  // namespace ajar::tables
