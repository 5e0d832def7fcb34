#include "tables/file_facts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/owned_fd.h"

namespace ajar::tables {
namespace {

using model::FactKey;
using model::Handle;

using Stat = struct statx;

// What the kernel has at hand: neither a server nor a program that serves files is asked, which may hang.
std::optional<Stat> stat_of(int folder, const Handle& handle) {
  Stat found{};
  const std::string name = std::to_string(handle.value);
  constexpr int kAtHand = AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT;
  if (::statx(folder, name.c_str(), kAtHand, STATX_BASIC_STATS, &found) != 0) return std::nullopt;
  return found;
}

void add(Handle& handle, FactKey key, std::uint64_t value) {
  if (model::find_fact(handle.facts, key) == nullptr)
    handle.facts.push_back({.key = key, .number = value, .text = {}});
}

void add(Handle& handle, FactKey key, std::string text) {
  if (!text.empty()) handle.facts.push_back({.key = key, .number = 0, .text = std::move(text)});
}

std::string device_number(unsigned major, unsigned minor) {
  return std::to_string(major) + ":" + std::to_string(minor);
}

bool is_by_path(const Handle& handle) {
  return handle.name.starts_with('/');
}

// Queues lie in a file system of their own, which needs not be mounted: then the name is "/x", wherever that
// is. A file system is asked what it is only where it may well be that one, since others might hang.
bool is_message_queue(int folder, const Handle& handle, const Stat& found) {
  constexpr std::uint64_t kSizeOfQueue = 80;    // FILENT_SIZE in ipc/mqueue.c
  constexpr unsigned long kMagic = 0x19800202;  // MQUEUE_MAGIC there
  if (found.stx_size != kSizeOfQueue || found.stx_dev_major != 0 || handle.name.rfind('/') != 0) return false;
  const base::OwnedFd path(::openat(folder, std::to_string(handle.value).c_str(), O_PATH | O_CLOEXEC));
  struct statfs system{};
  return path.valid() && ::fstatfs(path.get(), &system) == 0 &&
         static_cast<unsigned long>(system.f_type) == kMagic;
}

// The numbers of Documentation/admin-guide/devices.txt in the kernel's sources.
std::string type_of_device(const Handle& handle, const Stat& found) {
  const unsigned major = found.stx_rdev_major;
  if (major == 5 && found.stx_rdev_minor == 2) return "pty";
  if (major == 4 || major == 5 || (major >= 136 && major <= 143)) return "tty";
  return handle.type == "tty" || handle.type == "pty" ? handle.type : "device";
}

std::string type_of_file(int folder, const Handle& handle, const Stat& found) {
  if (handle.type == "device" || handle.type == "tty" || handle.type == "pty") return "file";
  // One that lies in the root folder and only is called so: a memfd has no name.
  if (handle.type == "memfd" && found.stx_nlink > 0) return "file";
  if (handle.type == "file" && is_message_queue(folder, handle, found)) return "message queue";
  return handle.type;
}

// What lies at a path is what stat(2) says it is; a link only makes it likely.
std::string type_of(int folder, const Handle& handle, const Stat& found) {
  switch (found.stx_mode & S_IFMT) {
    case S_IFREG:
      return type_of_file(folder, handle, found);
    case S_IFDIR:
      return "directory";
    case S_IFIFO:
      return "fifo";
    case S_IFLNK:
      return "symbolic link";
    case S_IFBLK:
      return "block device";
    case S_IFCHR:
      return type_of_device(handle, found);
    case S_IFSOCK:
      return "unix socket file";
    default:
      return handle.type;
  }
}

// Files in memory never had one.
bool has_names(const Handle& handle) {
  return is_by_path(handle) && handle.type != "memfd" && handle.type != "secret memory" &&
         handle.type != "dmabuf";
}

bool is_deleted(const Handle& handle, const Stat& found) {
  return has_names(handle) && found.stx_nlink == 0;
}

void add_driver(Handle& handle, const Stat& found, const DeviceNames& devices) {
  add(handle, FactKey::special_device, device_number(found.stx_rdev_major, found.stx_rdev_minor));
  if (handle.type != "device" && handle.type != "block device") return;
  const auto kind = S_ISBLK(found.stx_mode) ? DeviceNames::Kind::block : DeviceNames::Kind::character;
  add(handle, FactKey::kind, devices.of(kind, found.stx_rdev_major, found.stx_rdev_minor));
}

}  // namespace

void add_file_facts(int folder, Handle& handle, const DeviceNames& devices) {
  if (handle.name.starts_with("anon_inode:") || handle.name.empty()) return;
  const auto found = stat_of(folder, handle);
  if (!found.has_value()) return;
  if (is_by_path(handle)) handle.type = type_of(folder, handle, *found);
  const bool is_namespace = handle.type == "namespace";
  if (S_ISREG(found->stx_mode) && !is_namespace && handle.type != "message queue")
    add(handle, FactKey::size, std::uint64_t{found->stx_size});
  add(handle, FactKey::inode, std::uint64_t{found->stx_ino});
  add(handle, FactKey::device, device_number(found->stx_dev_major, found->stx_dev_minor));
  if (S_ISCHR(found->stx_mode) || S_ISBLK(found->stx_mode)) add_driver(handle, *found, devices);
  if (is_namespace) add(handle, FactKey::kind, handle.name.substr(0, handle.name.find(':')));
  if (has_names(handle)) add(handle, FactKey::links, std::uint64_t{found->stx_nlink});
  if (is_deleted(handle, *found)) add(handle, FactKey::deleted, std::uint64_t{1});
}

void prove_deleted(int folder, Handle& handle) {
  if (!handle.name.ends_with(" (deleted)")) return;
  const auto found = stat_of(folder, handle);
  if (found.has_value() && is_deleted(handle, *found)) add(handle, FactKey::deleted, std::uint64_t{1});
}

}  // namespace ajar::tables
