#include "capture/preload/session_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "capture/segment/counter_clock.h"
#include "platform/procfs.h"

namespace ajar::capture::preload {

SharedMemory::SharedMemory(SharedMemory&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

SharedMemory& SharedMemory::operator=(SharedMemory&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

SharedMemory::~SharedMemory() {
  if (!bytes_.empty()) munmap(bytes_.data(), bytes_.size());
}

namespace {

constexpr const char* kSharedMemory = "/dev/shm";
constexpr std::string_view kPrefix = "ajar-";

// Nobody holds its lock. One whose ajar is in another pid namespace is locked, though its number is not
// known.
bool is_abandoned(const std::filesystem::path& path) {
  const base::OwnedFd folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  return folder.valid() && flock(folder.get(), LOCK_EX | LOCK_NB) == 0;
}

// Removes the folders of sessions that were killed: those of this user (of root, all) whose ajar is gone
// ("ajar-PID-FILTERS-…").
void sweep() {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(kSharedMemory, failed)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kPrefix)) continue;
    pid_t pid = 0;
    const auto parsed = std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), pid);
    if (parsed.ec != std::errc() || *parsed.ptr != '-' || pid <= 0) continue;
    struct stat status{};
    const bool ours = lstat(entry.path().c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
                      (status.st_uid == geteuid() || geteuid() == 0);
    std::error_code ignored;
    if (ours && kill(pid, 0) != 0 && errno == ESRCH && is_abandoned(entry.path()))
      std::filesystem::remove_all(entry.path(), ignored);
  }
}

}  // namespace

base::Result<SessionFolder> SessionFolder::create() {
  sweep();
  // The agents take their times from the counter where they are told so, and the ones in programs that put
  // more filters on their system calls than ajar itself has keep quiet.
  const auto self = platform::ProcFs().process(getpid());
  const std::string filters = std::to_string(self ? self->filters : 0);
  std::string path = std::string(kSharedMemory) + "/" + std::string(kPrefix) + std::to_string(getpid()) +
                     "-" + filters + (segment::counter_tells_time() ? "-tXXXXXX" : "-mXXXXXX");
  if (mkdtemp(path.data()) == nullptr) {
    return base::system_error("/dev/shm: no folder for the session can be made", errno);
  }
  base::OwnedFd folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid() || flock(folder.get(), LOCK_EX) != 0) {
    const int error = errno;
    rmdir(path.c_str());
    return base::system_error(path, error);
  }
  return SessionFolder(std::move(path), std::move(folder));
}

base::Result<void> SessionFolder::give_to(std::uint32_t user) const {
  if (fchown(folder_.get(), user, static_cast<gid_t>(-1)) == 0) return {};
  return base::system_error(path_ + ": can't be given to user " + std::to_string(user), errno);
}

SessionFolder::~SessionFolder() {
  if (!folder_.valid()) return;
  for (const std::string& name : list()) forget(name);
  rmdir(path_.c_str());
}

std::vector<std::string> SessionFolder::list() const {
  std::vector<std::string> names;
  const int copy = openat(folder_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) return names;
  DIR* directory = fdopendir(copy);
  if (directory == nullptr) {
    close(copy);
    return names;
  }
  while (const dirent* entry = readdir(directory)) {
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  closedir(directory);
  return names;
}

base::Result<SharedMemory> SessionFolder::map(const std::string& name) const {
  const base::OwnedFd file(openat(folder_.get(), name.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!file.valid()) return base::system_error(path_ + "/" + name, errno);
  struct stat status{};
  if (fstat(file.get(), &status) != 0) return base::system_error(path_ + "/" + name, errno);
  if (status.st_size <= 0) return base::Error("");
  const auto size = static_cast<std::size_t>(status.st_size);
  void* at = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (at == MAP_FAILED) return base::system_error(path_ + "/" + name, errno);
  return SharedMemory({static_cast<std::byte*>(at), size});
}

void SessionFolder::forget(const std::string& name) const {
  unlinkat(folder_.get(), name.c_str(), 0);
}

}  // namespace ajar::capture::preload
