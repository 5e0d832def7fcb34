#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "platform/procfs.h"
#include "tables/watched_object.h"

namespace ajar::tables {

// The paths of what a process's inotify and fanotify watch. Inodes are found by their file handles, which
// takes CAP_DAC_READ_SEARCH and a file system that has such; otherwise among paths that are known to matter
// to the process. A path is told only where the inode lies there now, in the process's root.
class WatchedPaths {
 public:
  // Known are at first the process's folder, its program, and the mount points.
  WatchedPaths(const platform::ProcFs& proc, std::int64_t pid);

  // One more path, and the folders above it; there is a bound to how many. A folder without any mount has
  // none.
  void add_known(std::string_view path);

  // The path; words where it is not known.
  [[nodiscard]] std::string of(const WatchedObject& object) const;

 private:
  struct Mount {
    std::uint64_t id = 0, device = 0;
    std::string point;     // as the kernel tells paths of the process's handles
    bool at_hand = false;  // looking there asks nobody outside the kernel
  };
  struct Known {
    std::string path;
    std::uint64_t device = 0;
  };

  static std::optional<Mount> parse_mount(const std::string& line);
  [[nodiscard]] const Mount* mount_of(std::string_view path) const;
  [[nodiscard]] const Mount* mount_on(std::uint64_t device) const;
  [[nodiscard]] std::string way_to(std::string_view path) const;
  [[nodiscard]] bool is_at(const std::string& path, const WatchedObject& object) const;
  [[nodiscard]] std::string by_file_handle(const WatchedObject& object, const std::string& mount_point) const;
  [[nodiscard]] std::string path_of(const WatchedObject& object) const;

  std::string root_;       // the process's, by way of /proc
  std::string root_name_;  // and its path; empty for "/"
  std::vector<Mount> mounts_;
  std::vector<Known> known_;
  std::set<std::string, std::less<>> names_;  // of known_
};

}  // namespace ajar::tables
