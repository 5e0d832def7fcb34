#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ajar::tables {

// What is watched, as fdinfo has it: by an epoll a handle of the same process, by an inotify or fanotify an
// inode of a file system, a whole file system, or a mount.
struct WatchedObject {
  std::optional<std::uint64_t> handle;  // the number under which it was added
  std::optional<std::uint64_t> inode;
  std::optional<std::uint64_t> device;  // of the file system, as the kernel keeps it to itself
  std::optional<std::uint64_t> mount;
  // What name_to_handle_at(2) would give for the inode.
  int file_handle_type = 0;
  std::vector<std::byte> file_handle;
};

// "fd 7", "inode 300 on 8:1", "mount 30".
std::string object_words(const WatchedObject& object);

using NameObject = std::function<std::string(const WatchedObject&)>;

}  // namespace ajar::tables
