#include "tables/watched_paths.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "base/owned_fd.h"
#include "platform/read_file.h"
#include "tables/kernel_words.h"

namespace ajar::tables {
namespace {

constexpr std::size_t kMostMounts = 8;  // of one file system are tried

// As the kernel keeps a device number to itself: 12 bits of 20.
std::uint64_t kernel_device(std::uint64_t major, std::uint64_t minor) {
  return (major << 20U) | minor;
}

// Its root is not opened where that asks a server, or a program, which may hang, or mounts something.
bool is_at_hand(std::string_view system) {
  constexpr std::array<std::string_view, 10> kElsewhere = {"autofs", "nfs", "cifs", "smb",  "fuse",
                                                           "ceph",   "9p",  "afs",  "coda", "virtiofs"};
  return std::ranges::none_of(kElsewhere, [&](std::string_view name) { return system.starts_with(name); });
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

bool is_within(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

// "36 35 98:0 /inside /mnt/point rw,noatime shared:1 - ext4 /dev/vda rw": proc_pid_mountinfo(5). Blanks in
// paths are written as \040.
std::optional<WatchedPaths::Mount> WatchedPaths::parse_mount(const std::string& line) {
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
  std::string system;
  while (words >> system && system != "-") continue;
  words >> system;
  mount.at_hand = is_at_hand(system);
  return mount;
}

WatchedPaths::WatchedPaths(const platform::ProcFs& proc, std::int64_t pid)
    : root_(proc.path(pid, "root")), root_name_(platform::read_link(root_).value_or("/")) {
  if (root_name_ == "/") root_name_.clear();
  std::istringstream lines(platform::read_file(proc.path(pid, "mountinfo")).value_or(std::string()));
  for (std::string line; std::getline(lines, line);) {
    auto mount = parse_mount(line);
    if (!mount.has_value()) continue;
    // To a process in a root of its own mounts are told as it sees them, all else as we do.
    if (!root_name_.empty()) mount->point = root_name_ + (mount->point == "/" ? "" : mount->point);
    mounts_.push_back(*std::move(mount));
  }
  for (const char* link : {"cwd", "exe"}) {
    if (const auto path = platform::read_link(proc.path(pid, link))) add_known(*path);
  }
}

// The innermost; of several at one place the last one hides the others.
const WatchedPaths::Mount* WatchedPaths::mount_of(std::string_view path) const {
  const Mount* found = nullptr;
  for (const Mount& mount : mounts_) {
    if (!is_within(path, mount.point)) continue;
    if (found == nullptr || mount.point.size() >= found->point.size()) found = &mount;
  }
  return found;
}

const WatchedPaths::Mount* WatchedPaths::mount_on(std::uint64_t device) const {
  const auto found = std::ranges::find(mounts_, device, &Mount::device);
  return found == mounts_.end() ? nullptr : &*found;
}

void WatchedPaths::add_known(std::string_view path) {
  constexpr std::size_t kMost = 1000;
  while (path.size() > 1 && path.front() == '/' && known_.size() < kMost) {
    if (names_.contains(path)) return;
    const Mount* mount = mount_of(path);
    if (mount == nullptr || !mount->at_hand) return;
    names_.emplace(path);
    known_.push_back({.path = std::string(path), .device = mount->device});
    path = path.substr(0, path.rfind('/'));
  }
}

// By way of the process's root, which may lie in another mount namespace.
std::string WatchedPaths::way_to(std::string_view path) const {
  return root_ + std::string(path.substr(root_name_.size()));
}

// What lies there for the process; a link is not followed.
bool WatchedPaths::is_at(const std::string& path, const WatchedObject& object) const {
  struct statx found{};
  constexpr int kAtHand = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;
  return is_within(path, root_name_.empty() ? "/" : root_name_) &&
         ::statx(AT_FDCWD, way_to(path).c_str(), kAtHand, STATX_INO, &found) == 0 &&
         found.stx_ino == object.inode &&
         kernel_device(found.stx_dev_major, found.stx_dev_minor) == object.device;
}

std::string WatchedPaths::by_file_handle(const WatchedObject& object, const std::string& mount_point) const {
  const base::OwnedFd mount(::open(way_to(mount_point).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!mount.valid()) return {};
  Handle handle(object);
  const base::OwnedFd found(::open_by_handle_at(mount.get(), handle.get(), O_PATH | O_CLOEXEC));
  if (!found.valid()) return {};
  return platform::read_link("/proc/self/fd/" + std::to_string(found.get())).value_or(std::string());
}

// The kernel's word on a path is only a hint: of what lies outside a mount it tells the way from the file
// system's root.
std::string WatchedPaths::path_of(const WatchedObject& object) const {
  const bool has_file_handle = !object.file_handle.empty() && object.file_handle.size() <= MAX_HANDLE_SZ;
  std::size_t tried = 0;
  for (const Mount& mount : mounts_) {
    if (mount.device != object.device || !mount.at_hand || tried++ >= kMostMounts) continue;
    if (is_at(mount.point, object)) return mount.point;
    if (!has_file_handle) continue;
    std::string path = by_file_handle(object, mount.point);
    if (path.starts_with('/') && is_at(path, object)) return path;
  }
  const auto known = std::ranges::find_if(known_, [&](const Known& candidate) {
    return candidate.device == object.device && is_at(candidate.path, object);
  });
  return known == known_.end() ? std::string() : known->path;
}

std::string WatchedPaths::of(const WatchedObject& object) const {
  std::string path;
  if (object.mount.has_value()) {
    const auto known = std::ranges::find(mounts_, *object.mount, &Mount::id);
    if (known != mounts_.end()) path = "mount " + known->point;
  } else if (object.inode.has_value()) {
    path = path_of(object);
  } else if (const Mount* mount = mount_on(object.device.value_or(0)); mount != nullptr) {
    path = "file system of " + mount->point;
  }
  return path.empty() ? object_words(object) : path;
}

}  // namespace ajar::tables
