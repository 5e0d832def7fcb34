#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/owned_fd.h"
#include "base/result.h"

namespace ajar::platform {

// What the kernel notes from now on (/dev/kmsg, see Documentation/ABI/testing/dev-kmsg in Linux' sources).
// One thread at a time.
class KernelLog {
 public:
  // The error says that it may not be read, or that there is none. `path`: another file of this form.
  static base::Result<KernelLog> open(const std::string& path = "/dev/kmsg");

  // The messages that came since the last call. Never waits.
  std::vector<std::string> take();

 private:
  explicit KernelLog(base::OwnedFd fd) : fd_(std::move(fd)) {}

  base::OwnedFd fd_;
};

// The message of a record: "VFS: …" of "6,339,5140900,-;VFS: …\n SUBSYSTEM=…".
std::string message_of(std::string_view record);

}  // namespace ajar::platform
