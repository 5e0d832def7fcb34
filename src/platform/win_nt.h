#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>
#include <utility>
#include <vector>

#include "platform/win_status.h"

// What only ntdll.dll tells. Its functions are looked up as they are needed: not every Windows has each.
namespace ajar::platform::win {

class OwnedHandle {
 public:
  OwnedHandle() = default;
  explicit OwnedHandle(void* handle) : handle_(handle) {}
  OwnedHandle(OwnedHandle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  OwnedHandle& operator=(OwnedHandle&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  OwnedHandle(const OwnedHandle&) = delete;
  OwnedHandle& operator=(const OwnedHandle&) = delete;
  ~OwnedHandle();

  [[nodiscard]] void* get() const { return handle_; }

 private:
  void* handle_ = nullptr;
};

// NtQuery…: what is asked of which kind of object.
enum class Query : std::uint8_t {
  object,
  process,
  thread,
  event,
  mutant,
  semaphore,
  timer,
  section,
  key,
  job
};

Status query(Query what, void* handle, std::uint32_t info_class, std::span<std::byte> answer);

// NtSetInformationProcess.
Status set_process(void* process, std::uint32_t info_class, std::span<const std::byte> value);

// Into as much room as it takes. `handle` may be null for what is not about one.
std::expected<std::vector<std::byte>, Status> query_all(Query what, void* handle, std::uint32_t info_class,
                                                        std::size_t room);
std::expected<std::vector<std::byte>, Status> query_system(std::uint32_t info_class, std::size_t room);

// A handle of ajar's own on the object that another process's handle is on, with these rights; 0: with the
// same.
std::expected<OwnedHandle, Status> duplicate(void* process, std::uint64_t handle, std::uint32_t access);

// Of the system: 10.0.22631.
struct Version {
  std::uint32_t major = 0, minor = 0, build = 0;
};
Version windows_version();

// "8.0"; empty where it is not Wine.
std::string wine_version();

}  // namespace ajar::platform::win
