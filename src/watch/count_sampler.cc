#include "watch/count_sampler.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/walk_in_order.h"
#include "platform/procfs.h"
#include "tables/handle_counts.h"
#include "tables/limits.h"

namespace ajar::watch {

struct CountSampler::Counting {
  using Rows = std::map<std::int64_t, model::ProcessId>;

  platform::ProcFs proc;
  tables::HandleCounts counts{proc};
  const std::int64_t own = ::getpid();
  std::vector<std::int64_t> only;
  Rows rows;                       // none: it was new in the last look
  std::set<std::int64_t> helpers;  // that ajar runs for itself

  [[nodiscard]] bool is_wanted(std::int64_t pid) const {
    if (only.empty()) return pid != own && !helpers.contains(pid);
    return std::ranges::find(only, pid) != only.end();
  }

  // One that seems to have no handles: a thread of the kernel, most likely, or on its way out. But its first
  // thread alone may have ended, or it has none indeed. None: it is not to be counted.
  [[nodiscard]] std::optional<std::uint64_t> count_again(std::int64_t pid) const {
    if (only.empty() && !rows.contains(pid)) return std::nullopt;
    const std::uint64_t open = tables::count_through_threads(proc, pid);
    if (open > 0) return open;
    const auto info = proc.process(pid);
    const bool lives = info && !info->leaves();
    return lives ? std::optional<std::uint64_t>(0) : std::nullopt;
  }

  // None yet where it is new.
  model::ProcessId row_of(std::int64_t pid, base::WalkInOrder<Rows>& walk, session::LiveTables& live) {
    const auto [row, is_new] = walk.row(pid);
    if (!row.none() || (is_new && only.empty())) return row;
    if (const auto info = proc.process(pid)) {
      if (only.empty() && info->parent_pid == own) {
        helpers.insert(pid);
        return {};
      }
      const model::ImageId image = live.image_of(pid, info->start_ticks);
      row = live.world().images.find(image)->process;
    }
    return row;
  }

  std::vector<model::ProcessId> take_ended() {
    std::vector<model::ProcessId> ended;
    for (const std::int64_t pid : counts.gone()) {
      helpers.erase(pid);
      const auto row = rows.find(pid);
      if (row == rows.end()) continue;
      if (!row->second.none()) ended.push_back(row->second);
      rows.erase(row);
    }
    return ended;
  }
};

base::Result<void> CountSampler::can_count(std::int64_t pid) {
  if (const auto info = platform::ProcFs().process(pid); !info) return info.error().error;
  return {};
}

CountSampler::CountSampler(session::LiveTables& live, std::vector<std::int64_t> only)
    : live_(live), counting_(std::make_unique<Counting>()) {
  counting_->only = std::move(only);
}

CountSampler::~CountSampler() = default;

CountSampler::Look CountSampler::look() {
  Look look;
  counting_->counts.discover();
  const model::Time time = live_.now();
  std::vector<tables::HandleCount> open = counting_->counts.count();
  look.ended = counting_->take_ended();
  for (const model::ProcessId process : look.ended) live_.ended(process);
  base::WalkInOrder walk(counting_->rows);
  for (tables::HandleCount& count : open) {
    if (!counting_->is_wanted(count.pid)) continue;
    if (count.open == 0U) {
      count.open = counting_->count_again(count.pid);
      if (!count.open) continue;
    }
    ++look.sweep.processes;
    look.sweep.handles += count.open.value_or(0);
    if (!count.open) ++look.sweep.unreadable;
    if (!count.open) continue;
    const model::ProcessId process = counting_->row_of(count.pid, walk, live_);
    if (!process.none()) look.samples.push_back({.process = process, .time = time, .handles = *count.open});
  }
  const tables::SystemLimits limits = tables::system_limits();
  look.sweep.used = limits.files_open;
  look.sweep.most = limits.file_max;
  const auto clock = std::chrono::system_clock::now().time_since_epoch();
  look.sweep.unix_s = std::chrono::duration_cast<std::chrono::seconds>(clock).count();
  return look;
}

}  // namespace ajar::watch
