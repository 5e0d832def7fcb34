#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/owned_fd.h"
#include "platform/procfs.h"

namespace ajar::tables {

// A process's folder /proc/PID/fdinfo. May be read by several threads.
class InfoFolder {
 public:
  InfoFolder(const platform::ProcFs& proc, std::int64_t pid);

  // The text about a handle, at most 16 MiB of it; none where it can't be read.
  [[nodiscard]] std::optional<std::string> read(std::uint64_t handle) const;

 private:
  base::OwnedFd folder_;
};

}  // namespace ajar::tables
