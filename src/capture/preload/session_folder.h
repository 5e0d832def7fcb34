#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/owned_fd.h"
#include "base/result.h"

namespace ajar::capture::preload {

// Memory that a victim's agent shares with ajar. Unmapped by its owner.
class SharedMemory {
 public:
  SharedMemory() = default;
  explicit SharedMemory(std::span<std::byte> bytes) : bytes_(bytes) {}
  SharedMemory(SharedMemory&& other) noexcept;
  SharedMemory& operator=(SharedMemory&& other) noexcept;
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  ~SharedMemory();

  [[nodiscard]] std::span<std::byte> bytes() const { return bytes_; }

 private:
  std::span<std::byte> bytes_;
};

// A folder of this session in shared memory (/dev/shm), for its owner only, in which every traced process
// puts a segment. Removed with what is left in it by its owner. Its name, ajar-PID-FILTERS-…, tells whose it
// is, how many filters of system calls ajar itself is under, and by its last part's first letter whether the
// agents take their times from the processor's counter (t) or from CLOCK_MONOTONIC (m). While it lives it is
// locked, by which agents know that ajar does: a program outlives an ajar that is killed, and processes that
// it makes later claim no memory.
class SessionFolder {
 public:
  static base::Result<SessionFolder> create();

  SessionFolder(SessionFolder&&) noexcept = default;
  SessionFolder& operator=(SessionFolder&&) noexcept = default;
  SessionFolder(const SessionFolder&) = delete;
  SessionFolder& operator=(const SessionFolder&) = delete;
  ~SessionFolder();

  [[nodiscard]] const std::string& path() const { return path_; }

  // From now on it is that user's folder, too; for root.
  [[nodiscard]] base::Result<void> give_to(std::uint32_t user) const;

  // The names of the segments that are there now.
  [[nodiscard]] std::vector<std::string> list() const;
  [[nodiscard]] base::Result<SharedMemory> map(const std::string& name) const;
  // Takes the name away; the memory lives on while somebody maps it, and goes with the last one.
  void forget(const std::string& name) const;

 private:
  SessionFolder(std::string path, base::OwnedFd folder)
      : path_(std::move(path)), folder_(std::move(folder)) {}

  std::string path_;
  base::OwnedFd folder_;
};

}  // namespace ajar::capture::preload
