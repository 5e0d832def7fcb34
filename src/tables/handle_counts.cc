#include "tables/handle_counts.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace ajar::tables {
namespace {

// Raises it, and gives how many of these handles may be kept: some are left for all else that this process
// does.
std::size_t most_kept() {
  constexpr rlim_t kLeft = 256;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  if (limit.rlim_cur != limit.rlim_max) {
    const rlimit raised{.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return limit.rlim_cur > kLeft ? static_cast<std::size_t>(limit.rlim_cur - kLeft) : 0;
}

bool is_gone(int error) {
  return error == ENOENT || error == ESRCH;
}

// Whether this kernel says as the folder's size how many handles there are: this process has some.
bool tells_by_size() {
  struct stat folder{};
  return ::stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0;
}

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

}  // namespace

HandleCounts::HandleCounts(platform::ProcFs proc, How how)
    : proc_(std::move(proc)), by_size_(how == How::as_kernel_does && tells_by_size()) {
  if (by_size_) most_kept_ = most_kept();
}

void HandleCounts::discover() {
  for (const std::int64_t pid : proc_.pids()) {
    const auto [at, is_new] = folders_.try_emplace(pid);
    if (is_new && by_size_ && kept_ < most_kept_) keep(pid, at->second);
  }
}

void HandleCounts::keep(std::int64_t pid, base::OwnedFd& folder) {
  folder.reset(::open(proc_.path(pid, "fd").c_str(), O_PATH | O_CLOEXEC));
  if (folder.valid()) ++kept_;
}

std::optional<std::uint64_t> HandleCounts::ask(std::int64_t pid, int folder, bool& gone) const {
  struct stat found{};
  const int status = folder >= 0 ? ::fstat(folder, &found) : ::stat(proc_.path(pid, "fd").c_str(), &found);
  if (status != 0) {
    gone = is_gone(errno);
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(found.st_size);
}

std::optional<std::uint64_t> HandleCounts::list(std::int64_t pid, bool& gone) const {
  const std::unique_ptr<DIR, CloseFolder> folder(::opendir(proc_.path(pid, "fd").c_str()));
  if (folder == nullptr) {
    gone = is_gone(errno);
    return std::nullopt;
  }
  std::uint64_t count = 0;
  while (const dirent* entry = ::readdir(folder.get())) count += entry->d_name[0] != '.' ? 1U : 0U;
  return count;
}

std::vector<HandleCount> HandleCounts::count() {
  std::vector<HandleCount> counts;
  counts.reserve(folders_.size());
  for (auto at = folders_.begin(); at != folders_.end();) {
    bool gone = false;
    const auto open = by_size_ ? ask(at->first, at->second.get(), gone) : list(at->first, gone);
    if (gone) {
      if (at->second.valid()) --kept_;
      at = folders_.erase(at);
      continue;
    }
    counts.push_back({.pid = at->first, .open = open});
    ++at;
  }
  return counts;
}

std::uint64_t count_through_threads(const platform::ProcFs& proc, std::int64_t pid) {
  std::error_code ignored;
  std::uint64_t most = 0;
  for (const auto& thread : std::filesystem::directory_iterator(proc.path(pid, "task"), ignored)) {
    struct stat found{};
    if (::stat((thread.path() / "fd").c_str(), &found) == 0)
      most = std::max(most, static_cast<std::uint64_t>(found.st_size));
  }
  return most;
}

}  // namespace ajar::tables
