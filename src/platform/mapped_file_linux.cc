#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/owned_fd.h"
#include "platform/cut_files.h"
#include "platform/mapped_file.h"

namespace ajar::platform {

namespace {

base::Result<void> check_is_file(const std::string& path, const struct stat& about) {
  if (S_ISDIR(about.st_mode)) return base::system_error(path, EISDIR);
  if (!S_ISREG(about.st_mode)) return base::Error(path + ": not a regular file");
  return {};
}

}  // namespace

base::Result<MappedFile> MappedFile::open(const std::string& path) {
  struct stat about{};
  // Before it is opened: a path may come from a recording, and a device may do something when it is opened.
  if (::stat(path.c_str(), &about) != 0) return base::system_error(path, errno);
  if (auto is_file = check_is_file(path, about); !is_file.ok()) return std::move(is_file).error();
  // O_NONBLOCK: if it has become a pipe without a writer meanwhile, that must not keep us.
  const base::OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid() || ::fstat(fd.get(), &about) != 0) return base::system_error(path, errno);
  if (auto is_file = check_is_file(path, about); !is_file.ok()) return std::move(is_file).error();
  if (about.st_size == 0) return MappedFile();
  const auto size = static_cast<std::size_t>(about.st_size);
  void* const at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (at == MAP_FAILED) return base::system_error(path, errno);
  const std::span bytes(static_cast<const std::byte*>(at), size);
  watch_for_cuts(bytes);
  return MappedFile(bytes);
}

MappedFile::~MappedFile() {
  if (bytes_.empty()) return;
  forget_mapping(bytes_);
  ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace ajar::platform
