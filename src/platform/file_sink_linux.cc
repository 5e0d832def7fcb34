#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <sstream>
#include <utility>

#include "platform/file_sink.h"
#include "platform/read_file.h"

namespace ajar::platform {
namespace {

// False where another has it. Where the file system has no locks, nobody knows.
bool lock(int fd) {
  return ::flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

// "1: FLOCK  ADVISORY  WRITE 5583 fe:00:1377 0 EOF": see proc_locks(5). One that waits for a lock has "->".
std::optional<std::int64_t> holder_in(const std::string& line, const std::string& file) {
  std::istringstream words(line);
  std::string number, kind, advisory, access, where;
  std::int64_t pid = 0;
  const bool is_lock = static_cast<bool>(words >> number >> kind >> advisory >> access >> pid >> where);
  return is_lock && kind == "FLOCK" && access == "WRITE" && where == file ? std::optional(pid) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> FileSink::writer_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  std::array<char, 64> file{};
  std::snprintf(file.data(), file.size(), "%02x:%02x:%llu", major(status.st_dev), minor(status.st_dev),
                static_cast<unsigned long long>(status.st_ino));
  std::istringstream locks(read_file("/proc/locks").value_or(""));
  for (std::string line; std::getline(locks, line);) {
    if (const auto pid = holder_in(line, file.data())) return pid;
  }
  return std::nullopt;
}

base::Result<FileSink> FileSink::create(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return base::system_error(path, errno);
  FileSink sink(path, fd);
  struct stat status{};
  if (::fstat(fd, &status) != 0) return base::system_error(path, errno);
  if (!S_ISREG(status.st_mode)) return sink;  // a device, a pipe: anybody's, and has no size
  if (!lock(fd)) return taken(path);
  if (auto emptied = sink.cut_to(0); !emptied.ok()) return std::move(emptied).error();
  return sink;
}

base::Result<FileSink> FileSink::create_like(const std::string& path, const std::string& other) {
  struct stat model{};
  if (::stat(other.c_str(), &model) != 0) return base::system_error(other, errno);
  auto sink = create(path);
  if (!sink.ok()) return sink;
  const auto fd = static_cast<int>(sink.value().file_);
  struct stat own{};
  const bool is_like_it = ::fstat(fd, &own) == 0 && own.st_uid == model.st_uid && own.st_gid == model.st_gid;
  if ((is_like_it || ::fchown(fd, model.st_uid, model.st_gid) == 0) &&
      ::fchmod(fd, model.st_mode & 07777) == 0)
    return sink;
  const int error = errno;
  ::unlink(path.c_str());
  return base::system_error(path, error);
}

base::Result<FileSink> FileSink::reopen(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return base::system_error(path, errno);
  FileSink sink(path, fd);
  return lock(fd) ? base::Result<FileSink>(std::move(sink)) : taken(path);
}

base::Result<void> FileSink::cut_to(std::uint64_t size) {
  const auto fd = static_cast<int>(file_);
  if (::ftruncate(fd, static_cast<off_t>(size)) != 0) return base::system_error(path_, errno);
  if (::lseek(fd, static_cast<off_t>(size), SEEK_SET) < 0) return base::system_error(path_, errno);
  return {};
}

base::Result<void> FileSink::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(static_cast<int>(file_), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return base::system_error(path_, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

base::Result<void> FileSink::close() {
  const auto fd = static_cast<int>(std::exchange(file_, -1));
  // On EINTR, too, the descriptor is gone.
  if (fd >= 0 && ::close(fd) != 0 && errno != EINTR) return base::system_error(path_, errno);
  return {};
}

}  // namespace ajar::platform
