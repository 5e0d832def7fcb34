#include "tables/handle_counts.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

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

// The same place, kept open.
Count told(const base::OwnedFd& folder) {
  struct stat found{};
  if (::fstat(folder.get(), &found) != 0) return std::unexpected(errno);
  return static_cast<std::uint64_t>(found.st_size);
}

Count listed(const std::string& path) {
  const base::OwnedFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return std::unexpected(errno);
  const auto numbers = list_rest(folder.get());
  if (!numbers.has_value()) return std::unexpected(numbers.error());
  return numbers->size();
}

}  // namespace

HandleCounts::HandleCounts(platform::ProcFs proc, How how)
    : proc_(std::move(proc)), by_size_(how == How::as_kernel_does && kernel_counts_handles()) {
  if (by_size_) most_kept_ = most_kept();
}

// To list all processes costs as much as to count the handles of as many.
void HandleCounts::discover() {
  constexpr int kMostSpared = 9;
  const auto latest = proc_.latest_pid();
  if (latest.has_value() && latest == latest_ && looks_spared_ < kMostSpared) {
    ++looks_spared_;
    return;
  }
  latest_ = latest;
  looks_spared_ = 0;
  for (const std::int64_t pid : proc_.pids()) {
    const auto [at, is_new] = folders_.try_emplace(pid);
    if (is_new && by_size_ && kept_ < most_kept_) keep(pid, at->second);
  }
}

void HandleCounts::keep(std::int64_t pid, base::OwnedFd& folder) {
  folder.reset(::open(proc_.path(pid, "fd").c_str(), O_PATH | O_CLOEXEC));
  if (folder.valid()) ++kept_;
}

std::vector<HandleCount> HandleCounts::count() {
  std::vector<HandleCount> counts;
  counts.reserve(folders_.size());
  for (auto at = folders_.begin(); at != folders_.end();) {
    const Count open = at->second.valid() ? told(at->second)
                       : by_size_         ? told(proc_.path(at->first, "fd"))
                                          : listed(proc_.path(at->first, "fd"));
    if (!open.has_value() && is_gone(open.error())) {
      if (at->second.valid()) --kept_;
      at = folders_.erase(at);
      continue;
    }
    counts.push_back({.pid = at->first, .open = open.has_value() ? std::optional(*open) : std::nullopt});
    ++at;
  }
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
