#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "platform/procfs.h"
#include "tables/watched_object.h"

namespace ajar::tables {

// The paths of what a process's inotify and fanotify watch. For an inode it takes CAP_DAC_READ_SEARCH, and a
// file system that finds files by handles.
class WatchedPaths {
 public:
  WatchedPaths(const platform::ProcFs& proc, std::int64_t pid);

  // The path; words where it is not known.
  [[nodiscard]] std::string of(const WatchedObject& object) const;

 private:
  [[nodiscard]] std::string by_handle(const WatchedObject& object, const std::string& mount_point) const;

  std::string root_;                                           // the process's
  std::map<std::uint64_t, std::string> by_mount_, by_device_;  // mount points, as the process sees them
};

}  // namespace ajar::tables
