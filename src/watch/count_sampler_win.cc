#include <windows.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include "platform/win_processes.h"
#include "tables/windows/table.h"
#include "watch/count_sampler.h"

namespace ajar::watch {

namespace {

using platform::win::ProcessRow;

std::int64_t own_pid() {
  return static_cast<std::int64_t>(::GetCurrentProcessId());
}

// By the system's table of all handles.
std::optional<std::map<std::int64_t, std::uint64_t>> counts_in_table() {
  std::map<std::int64_t, std::uint64_t> counts;
  const auto list = tables::windows::HandleList::read();
  if (!list.ok()) return std::nullopt;
  for (const tables::windows::HandleRow& row : list.value().rows()) ++counts[row.pid];
  return counts;
}

// Whether the list of processes has the very numbers, which costs less: Wine has there how many each has room
// for. Some may change between the two looks.
bool list_is_exact() {
  const auto list = platform::win::list_processes();
  if (!list.ok()) return false;
  auto counts = counts_in_table();
  if (!counts) return true;
  const auto agrees = [&](const ProcessRow& row) { return row.handles == (*counts)[row.pid]; };
  return 2 * std::ranges::count_if(list.value(), agrees) > std::ssize(list.value());
}

}  // namespace

// The system tells of every process, whoever's it is.
struct CountSampler::Counting {
  using Key = std::pair<std::int64_t, std::uint64_t>;  // pid and when it was created

  bool by_list = list_is_exact();
  std::vector<std::int64_t> only;
  report::Sweep last;
  std::map<Key, model::ProcessId> rows;  // none: it was new in the last look

  [[nodiscard]] bool is_wanted(const ProcessRow& row) const {
    const std::int64_t own = own_pid();
    // Number 0 is what runs when nothing runs.
    if (only.empty()) return row.pid != 0 && row.pid != own && row.parent != own;
    return std::ranges::find(only, row.pid) != only.end();
  }

  // None yet where it is new.
  model::ProcessId row_of(const ProcessRow& row, session::LiveTables& live) {
    const auto [at, is_new] = rows.try_emplace(Key(row.pid, row.created));
    if (!at->second.none() || (is_new && only.empty())) return at->second;
    const model::ImageId image = live.image_of(row.pid, platform::win::start_ticks(row.created));
    if (!image.none()) at->second = live.world().images.find(image)->process;
    return at->second;
  }

  // Those that are not in the list any more have ended.
  std::vector<model::ProcessId> take_ended(const std::vector<ProcessRow>& list) {
    std::vector<Key> there;
    for (const ProcessRow& row : list) there.emplace_back(row.pid, row.created);
    std::ranges::sort(there);
    std::vector<model::ProcessId> ended;
    std::erase_if(rows, [&](const auto& row) {
      if (std::ranges::binary_search(there, row.first)) return false;
      if (!row.second.none()) ended.push_back(row.second);
      return true;
    });
    return ended;
  }
};

base::Result<void> CountSampler::can_count(std::int64_t pid) {
  if (auto found = platform::win::find_process(pid); !found.ok()) return std::move(found).error();
  return {};
}

CountSampler::CountSampler(session::LiveTables& live, std::vector<std::int64_t> only)
    : live_(live), counting_(std::make_unique<Counting>()) {
  counting_->only = std::move(only);
}

CountSampler::~CountSampler() = default;

CountSampler::Look CountSampler::look() {
  Look look;
  look.sweep = counting_->last;  // where the system does not tell this time
  const auto clock = std::chrono::system_clock::now().time_since_epoch();
  look.sweep.unix_s = std::chrono::duration_cast<std::chrono::seconds>(clock).count();
  const model::Time time = live_.now();
  auto list = platform::win::list_processes();
  if (!list.ok()) return look;
  if (!counting_->by_list) {
    auto counts = counts_in_table();
    if (!counts) return look;
    for (ProcessRow& row : list.value()) row.handles = static_cast<std::uint32_t>((*counts)[row.pid]);
  }
  look.sweep.processes = look.sweep.handles = 0;
  look.ended = counting_->take_ended(list.value());
  for (const model::ProcessId process : look.ended) live_.ended(process);
  for (const ProcessRow& row : list.value()) {
    if (!counting_->is_wanted(row)) continue;
    ++look.sweep.processes;
    look.sweep.handles += row.handles;
    const model::ProcessId process = counting_->row_of(row, live_);
    if (!process.none()) look.samples.push_back({.process = process, .time = time, .handles = row.handles});
  }
  counting_->last = look.sweep;
  return look;
}

}  // namespace ajar::watch
