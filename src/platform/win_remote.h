#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "platform/win_nt.h"

// What is done in other processes of a Windows machine.
namespace ajar::platform::win {

// Memory that has no name and no file, and can be mapped by several processes. ajar's own view of it lives as
// long as this.
class SharedMemory {
 public:
  static base::Result<SharedMemory> create(std::size_t size);  // reads as zeros

  SharedMemory() = default;
  SharedMemory(SharedMemory&& other) noexcept;
  SharedMemory& operator=(SharedMemory&& other) noexcept;
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  ~SharedMemory();

  [[nodiscard]] std::span<std::byte> bytes() const { return bytes_; }
  [[nodiscard]] void* section() const { return section_.get(); }

 private:
  OwnedHandle section_;
  std::span<std::byte> bytes_;
};

// A process in which code can be run. Nothing of this makes a handle in it.
class RemoteProcess {
 public:
  // An error that says what is in the way, where the process has ended, is of another kind than ajar
  // (32-bit), or may not be opened.
  static base::Result<RemoteProcess> open(std::int64_t pid);

  [[nodiscard]] std::int64_t pid() const { return pid_; }
  [[nodiscard]] void* handle() const { return process_.get(); }

  // Its address there.
  [[nodiscard]] base::Result<std::uint64_t> map(const SharedMemory& memory) const;
  void unmap(std::uint64_t address) const;

  // Loads the library there, as LoadLibrary does: where it lies then.
  [[nodiscard]] base::Result<std::uint64_t> load(const std::string& library) const;
  // What is at that address there; false where it can't be read.
  [[nodiscard]] bool read(std::uint64_t address, std::span<std::byte> bytes) const;

  // Runs a function of one argument in a thread of its own, and waits until it has returned: its result.
  [[nodiscard]] base::Result<std::uint32_t> run(std::uint64_t function, std::uint64_t argument) const;

  // Its exit status, once it has ended.
  [[nodiscard]] std::optional<std::uint32_t> exit_status() const;

 private:
  // Where a library with that file's name lies whose address has that lower half; nothing where it is not
  // loaded.
  [[nodiscard]] std::optional<std::uint64_t> loaded(const std::string& library,
                                                    std::uint32_t lower_half) const;

  RemoteProcess(OwnedHandle process, std::int64_t pid) : process_(std::move(process)), pid_(pid) {}

  OwnedHandle process_;
  std::int64_t pid_;
};

}  // namespace ajar::platform::win
