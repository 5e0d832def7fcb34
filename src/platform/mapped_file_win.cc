#include "platform/mapped_file.h"

#include <windows.h>

#include <cerrno>

#include "platform/win_text.h"

namespace ajar::platform {
namespace {

// A HANDLE, closed when its owner goes.
class OwnedHandle {
 public:
  explicit OwnedHandle(HANDLE handle) : handle_(handle) {}
  OwnedHandle(const OwnedHandle&) = delete;
  OwnedHandle& operator=(const OwnedHandle&) = delete;
  ~OwnedHandle() {
    if (valid()) ::CloseHandle(handle_);
  }
  [[nodiscard]] bool valid() const { return handle_ != nullptr && handle_ != INVALID_HANDLE_VALUE; }
  [[nodiscard]] HANDLE get() const { return handle_; }

 private:
  HANDLE handle_;
};

}  // namespace

base::Result<MappedFile> MappedFile::open(const std::string& path) {
  const std::wstring wide = win::widen(path);
  const DWORD attributes = ::GetFileAttributesW(wide.c_str());
  if (attributes == INVALID_FILE_ATTRIBUTES) return win::last_error(path);
  if ((attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) return base::system_error(path, EISDIR);
  constexpr DWORD kShared = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
  const OwnedHandle file(::CreateFileW(wide.c_str(), GENERIC_READ, kShared, nullptr, OPEN_EXISTING,
                                       FILE_ATTRIBUTE_NORMAL, nullptr));
  if (!file.valid()) return win::last_error(path);
  if (::GetFileType(file.get()) != FILE_TYPE_DISK) return base::Error(path + ": not a regular file");
  LARGE_INTEGER size{};
  if (::GetFileSizeEx(file.get(), &size) == 0) return win::last_error(path);
  if (size.QuadPart == 0) return MappedFile();
  const OwnedHandle mapping(::CreateFileMappingW(file.get(), nullptr, PAGE_READONLY, 0, 0, nullptr));
  if (!mapping.valid()) return win::last_error(path);
  const void* const at = ::MapViewOfFile(mapping.get(), FILE_MAP_READ, 0, 0, 0);
  if (at == nullptr) return win::last_error(path);
  return MappedFile({static_cast<const std::byte*>(at), static_cast<std::size_t>(size.QuadPart)});
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::UnmapViewOfFile(bytes_.data());
}

}  // namespace ajar::platform
