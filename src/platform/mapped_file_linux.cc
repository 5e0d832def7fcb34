#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/owned_fd.h"
#include "platform/cut_files.h"
#include "platform/mapped_file.h"

namespace ajar::platform {

base::Result<MappedFile> MappedFile::open(const std::string& path) {
  // O_NONBLOCK: a pipe without a writer must not keep us.
  const base::OwnedFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return base::system_error(path, errno);
  struct stat about{};
  if (::fstat(fd.get(), &about) != 0) return base::system_error(path, errno);
  if (S_ISDIR(about.st_mode)) return base::system_error(path, EISDIR);
  if (!S_ISREG(about.st_mode)) return base::Error(path + ": not a regular file");
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
