#include "tables/file_facts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <optional>
#include <string>

namespace ajar::tables {
namespace {

using model::FactKey;
using model::Handle;

using Stat = struct stat;

std::optional<Stat> stat_of(int folder, const Handle& handle) {
  Stat found{};
  if (::fstatat(folder, std::to_string(handle.value).c_str(), &found, 0) != 0) return std::nullopt;
  return found;
}

void add(Handle& handle, FactKey key, std::uint64_t value) {
  if (model::find_fact(handle.facts, key) == nullptr)
    handle.facts.push_back({.key = key, .number = value, .text = {}});
}

void add_device(Handle& handle, FactKey key, dev_t device) {
  handle.facts.push_back(
      {.key = key, .number = 0, .text = std::to_string(major(device)) + ":" + std::to_string(minor(device))});
}

void name_type(Handle& handle, mode_t mode) {
  // Where it lies says more of some: memfd, message queue, tty.
  if (handle.type != "file" && handle.type != "device") return;
  if (S_ISDIR(mode)) handle.type = "directory";
  if (S_ISFIFO(mode)) handle.type = "fifo";
  if (S_ISLNK(mode)) handle.type = "symbolic link";
  if (S_ISBLK(mode)) handle.type = "block device";
  if (S_ISCHR(mode) && handle.type == "file") handle.type = "device";
  if (S_ISSOCK(mode)) handle.type = "unix socket file";
}

bool has_own_inode(const Handle& handle) {
  return !handle.name.starts_with("anon_inode:") && !handle.name.empty();
}

bool is_deleted(const Handle& handle, const Stat& found) {
  // A memfd never had a name.
  return handle.name.starts_with('/') && handle.type != "memfd" && found.st_nlink == 0;
}

}  // namespace

void add_file_facts(int folder, Handle& handle) {
  if (!has_own_inode(handle)) return;
  const auto found = stat_of(folder, handle);
  if (!found.has_value()) return;
  name_type(handle, found->st_mode);
  if (S_ISREG(found->st_mode) && handle.type != "namespace")
    add(handle, FactKey::size, static_cast<std::uint64_t>(found->st_size));
  add(handle, FactKey::inode, std::uint64_t{found->st_ino});
  add_device(handle, FactKey::device, found->st_dev);
  if (S_ISCHR(found->st_mode) || S_ISBLK(found->st_mode))
    add_device(handle, FactKey::special_device, found->st_rdev);
  if (handle.name.starts_with('/') && handle.type != "memfd")
    add(handle, FactKey::links, std::uint64_t{found->st_nlink});
  if (is_deleted(handle, *found)) add(handle, FactKey::deleted, std::uint64_t{1});
}

void prove_deleted(int folder, Handle& handle) {
  if (!handle.name.ends_with(" (deleted)")) return;
  const auto found = stat_of(folder, handle);
  if (found.has_value() && is_deleted(handle, *found)) add(handle, FactKey::deleted, std::uint64_t{1});
}

}  // namespace ajar::tables
