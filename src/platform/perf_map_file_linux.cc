#include "platform/perf_map_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "base/owned_fd.h"
#include "platform/boot_time.h"
#include "platform/process_files.h"
#include "platform/procfs.h"

namespace ajar::platform {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
// Ticks are coarse, and the wall clock may have been set meanwhile.
constexpr std::int64_t kTolerance = 2 * kSecond;

std::int64_t nanoseconds(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * kSecond + time.tv_nsec;
}

// When the process began, by the wall clock.
std::int64_t began(std::uint64_t start_ticks) {
  if (start_ticks == 0) return 0;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return nanoseconds(now) - age_of(start_ticks).count() - kTolerance;
}

std::string read_range(int fd, std::uint64_t begin, std::uint64_t end) {
  std::string bytes(static_cast<std::size_t>(end - begin), '\0');
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got =
        ::pread(fd, bytes.data() + have, bytes.size() - have, static_cast<off_t>(begin + have));
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

// Only its end is there.
void blank_first_line(std::string& bytes) {
  const std::size_t length = std::min(bytes.find('\n'), bytes.size());
  bytes.replace(0, length, length, ' ');
}

}  // namespace

PerfMapFile::PerfMapFile(const CodeMaker& maker, std::size_t most_bytes)
    : maker_(maker),
      most_bytes_(most_bytes),
      has_own_root_(!root_of_process(maker.pid, maker.start_ticks).empty()),
      began_ns_(began(maker.start_ticks)) {}

// Empty where it can't be seen any more.
std::string PerfMapFile::path() const {
  const std::string name = "/tmp/perf-" + std::to_string(maker_.own_pid) + ".map";
  if (!has_own_root_) return name;
  const std::string root = root_of_process(maker_.pid, maker_.start_ticks);
  return root.empty() ? root : root + name;
}

std::optional<PerfMapFile::Text> PerfMapFile::read(bool changed_only) {
  const base::OwnedFd fd(::open(path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  struct stat facts{};
  if (!fd.valid() || ::fstat(fd.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
  if (facts.st_uid != maker_.user && facts.st_uid != 0) return std::nullopt;
  const State state{.device = facts.st_dev,
                    .inode = facts.st_ino,
                    .size = static_cast<std::uint64_t>(facts.st_size),
                    .modified_ns = nanoseconds(facts.st_mtim)};
  if (state.modified_ns < began_ns_ || (changed_only && state == seen_)) return std::nullopt;
  const bool grew = state.device == seen_.device && state.inode == seen_.inode && state.size >= seen_.size;
  const std::uint64_t begin = state.size > most_bytes_ ? state.size - most_bytes_ : 0;
  Text text{.bytes = read_range(fd.get(), begin, state.size)};
  if (begin > 0) blank_first_line(text.bytes);
  if (grew && seen_lines_end_ > begin)
    text.fresh = std::min(static_cast<std::size_t>(seen_lines_end_ - begin), text.bytes.size());
  seen_ = state;
  seen_lines_end_ = begin + text.bytes.rfind('\n') + 1;
  return text;
}

}  // namespace ajar::platform
