#include "tables/handle_counts.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <expected>
#include <string>
#include <utility>

#include "tables/fd_links.h"
#include "tables/fd_numbers.h"

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

using Count = std::expected<std::uint64_t, int>;  // or the errno

Count told(const std::string& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return std::unexpected(errno);
  return static_cast<std::uint64_t>(found.st_size);
}

// The same place, kept open. The C library's fstat() asks for the place of an empty path, which takes longer.
Count told(const base::OwnedFd& folder) {
  struct stat found{};
  if (::syscall(SYS_fstat, folder.get(), &found) != 0) return std::unexpected(errno);
  return static_cast<std::uint64_t>(found.st_size);
}

Count entries_of(const base::OwnedFd& folder) {
  if (!folder.valid()) return std::unexpected(errno);
  const auto numbers = list_rest(folder.get());
  if (!numbers.has_value()) return std::unexpected(numbers.error());
  return numbers->size();
}

Count listed(const std::string& path) {
  return entries_of(base::OwnedFd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
}

// The same place, kept open: that of a process that has ended says so, whoever has its pid now.
Count listed(const base::OwnedFd& folder) {
  return entries_of(base::OwnedFd(::openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
}

}  // namespace

HandleCounts::HandleCounts(platform::ProcFs proc, How how)
    : proc_(std::move(proc)),
      by_size_(how == How::as_kernel_does && kernel_counts_handles()),
      knows_latest_(proc_.own_pid_namespace().has_value()) {
  most_kept_ = most_kept();
}

// To list all processes costs as much as to count the handles of as many.
void HandleCounts::discover() {
  constexpr int kMostSpared = 59;
  const auto latest = knows_latest_ ? proc_.latest_pid() : std::nullopt;
  if (latest.has_value() && latest == latest_ && looks_spared_ < kMostSpared) {
    ++looks_spared_;
    return;
  }
  latest_ = latest;
  looks_spared_ = 0;
  for (const std::int64_t pid : proc_.pids()) {
    const auto at = std::ranges::lower_bound(folders_, pid, {}, &Folder::pid);
    if (at != folders_.end() && at->pid == pid) continue;
    Folder& folder = *folders_.insert(at, Folder{.pid = pid, .kept = {}});
    if (kept_ < most_kept_) keep(folder);
  }
}

void HandleCounts::keep(Folder& folder) {
  folder.kept.reset(::open(proc_.path(folder.pid, "fd").c_str(), O_PATH | O_CLOEXEC));
  if (folder.kept.valid()) ++kept_;
}

std::expected<std::uint64_t, int> HandleCounts::count(const Folder& folder) const {
  if (folder.kept.valid()) return by_size_ ? told(folder.kept) : listed(folder.kept);
  const std::string path = proc_.path(folder.pid, "fd");
  return by_size_ ? told(path) : listed(path);
}

std::vector<HandleCount> HandleCounts::count() {
  std::vector<HandleCount> counts;
  counts.reserve(folders_.size());
  gone_.clear();
  std::erase_if(folders_, [&](const Folder& folder) {
    const Count open = count(folder);
    if (!open.has_value() && is_gone(open.error())) {
      if (folder.kept.valid()) --kept_;
      gone_.push_back(folder.pid);
      return true;
    }
    counts.push_back({.pid = folder.pid, .open = open.has_value() ? std::optional(*open) : std::nullopt});
    return false;
  });
  return counts;
}

std::uint64_t count_through_threads(const platform::ProcFs& proc, std::int64_t pid) {
  const bool by_size = kernel_counts_handles();
  std::uint64_t most = 0;
  for (const platform::ThreadInfo& thread : proc.threads(pid).value_or(std::vector<platform::ThreadInfo>())) {
    const std::string path = proc.path(thread.tid, "fd");
    most = std::max(most, (by_size ? told(path) : listed(path)).value_or(0));
  }
  return most;
}

}  // namespace ajar::tables
