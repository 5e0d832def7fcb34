#include "platform/file_sink.h"

#include <windows.h>

#include <algorithm>
#include <utility>

#include "platform/win_text.h"

namespace ajar::platform {
namespace {

// Others may read the file, and give it another name, while it is written.
constexpr DWORD kShared = FILE_SHARE_READ | FILE_SHARE_DELETE;
constexpr std::size_t kMostPerCall = 1U << 30U;  // WriteFile's count is a DWORD

HANDLE handle_of(std::intptr_t file) {
  return reinterpret_cast<HANDLE>(file);
}

}  // namespace

std::optional<std::int64_t> FileSink::writer_of(const std::string& /*path*/) {
  return std::nullopt;
}

// Who may read it the folder says.
base::Result<FileSink> FileSink::create_like(const std::string& path, const std::string& /*other*/) {
  return create(path);
}

base::Result<FileSink> FileSink::create(const std::string& path) {
  const HANDLE file = ::CreateFileW(win::widen(path).c_str(), GENERIC_WRITE, kShared, nullptr, CREATE_ALWAYS,
                                    FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE && ::GetLastError() == ERROR_SHARING_VIOLATION) return taken(path);
  if (file == INVALID_HANDLE_VALUE) return win::last_error(path);
  return FileSink(path, reinterpret_cast<std::intptr_t>(file));
}

base::Result<FileSink> FileSink::reopen(const std::string& path) {
  const HANDLE file = ::CreateFileW(win::widen(path).c_str(), GENERIC_WRITE, kShared, nullptr, OPEN_EXISTING,
                                    FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE && ::GetLastError() == ERROR_SHARING_VIOLATION) return taken(path);
  if (file == INVALID_HANDLE_VALUE) return win::last_error(path);
  return FileSink(path, reinterpret_cast<std::intptr_t>(file));
}

base::Result<void> FileSink::cut_to(std::uint64_t size) {
  LARGE_INTEGER wanted{};
  wanted.QuadPart = static_cast<LONGLONG>(size);
  const HANDLE file = handle_of(file_);
  if (::SetFilePointerEx(file, wanted, nullptr, FILE_BEGIN) == 0 || ::SetEndOfFile(file) == 0)
    return win::last_error(path_);
  return {};
}

base::Result<void> FileSink::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto part = static_cast<DWORD>(std::min(bytes.size(), kMostPerCall));
    DWORD written = 0;
    if (::WriteFile(handle_of(file_), bytes.data(), part, &written, nullptr) == 0) {
      return win::last_error(path_);
    }
    bytes = bytes.subspan(written);
  }
  return {};
}

base::Result<void> FileSink::close() {
  const std::intptr_t file = std::exchange(file_, -1);
  if (file != -1 && ::CloseHandle(handle_of(file)) == 0) return win::last_error(path_);
  return {};
}

}  // namespace ajar::platform
