#include "session/attached.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/path.h"
#include "base/words.h"
#include "capture/win_agent/win_agent.h"
#include "capture/win_htrace/win_htrace.h"
#include "platform/win_processes.h"

namespace ajar::session {
namespace {

using std::chrono::milliseconds;

// And what they have made, and so on. Numbers are given again: a parent's may be that of a later process.
std::vector<std::int64_t> with_descendants(std::vector<std::int64_t> pids) {
  using platform::win::ProcessRow;
  const auto all = platform::win::list_processes();
  if (!all.ok()) return pids;
  for (std::size_t i = 0; i < pids.size(); ++i) {
    const auto parent = std::ranges::find(all.value(), pids[i], &ProcessRow::pid);
    if (parent == all.value().end()) continue;
    for (const ProcessRow& row : all.value()) {
      const bool is_child = row.parent == pids[i] && row.created >= parent->created;
      if (is_child && std::ranges::find(pids, row.pid) == pids.end()) pids.push_back(row.pid);
    }
  }
  return pids;
}

base::Result<Attached> by_agent(const AttachOptions& options, const std::vector<std::int64_t>& pids,
                                LiveRecorder& recorder) {
  const auto agent = capture::win_agent::find_agent();
  if (!agent.ok()) return agent.error();
  auto way = std::make_unique<capture::win_agent::WinAgent>(agent.value(), recorder, options.on_message);
  way->follow_children(options.children);
  for (const std::int64_t pid : options.children ? with_descendants(pids) : pids) {
    const auto entered = way->enter(pid, false);
    if (entered.ok()) continue;
    if (std::ranges::find(pids, pid) != pids.end()) {
      way->finish();
      return entered.error();
    }
    if (options.on_message) options.on_message(entered.error().message());
  }
  AttachBegun begun{
      .pids = pids, .inner_pid = {}, .way = "ajar's agent", .open_before = way->open_at_start(), .age = {}};
  return Attached{.way = std::move(way), .begun = std::move(begun)};
}

base::Result<Attached> by_kernel(const AttachOptions& options, const std::vector<std::int64_t>& pids,
                                 LiveRecorder& recorder) {
  auto way =
      capture::win_htrace::WinHtrace::attach(recorder, options.children ? with_descendants(pids) : pids);
  if (!way.ok()) return std::move(way).error();
  if (options.on_message) {
    for (const std::string& note : way.value()->notes()) options.on_message(note);
    if (options.children)
      options.on_message("children that begin from now on are not watched: --via agent follows them");
  }
  AttachBegun begun{.pids = pids,
                    .inner_pid = {},
                    .way = "kernel handle tracing",
                    .open_before = way.value()->open_at_start(),
                    .age = {}};
  return Attached{.way = std::move(way).value(), .begun = std::move(begun)};
}

base::Result<Attached> by_way(const AttachOptions& options, const std::vector<std::int64_t>& pids,
                              LiveRecorder& recorder) {
  return options.via == "htrace" ? by_kernel(options, pids, recorder) : by_agent(options, pids, recorder);
}

// Processes that begin under that name, whoever starts them.
class Awaited {
 public:
  explicit Awaited(std::string name) : name_(std::move(name)) {
    for (const auto& row : rows()) known_.push_back({row.pid, row.created});
  }

  std::optional<std::int64_t> look() {
    for (const auto& row : rows()) {
      const std::pair<std::int64_t, std::uint64_t> process{row.pid, row.created};
      if (std::ranges::find(known_, process) != known_.end()) continue;
      known_.push_back(process);
      if (goes_by(row.name)) return row.pid;
    }
    return std::nullopt;
  }

 private:
  static std::vector<platform::win::ProcessRow> rows() {
    auto all = platform::win::list_processes();
    return all.ok() ? std::move(all).value() : std::vector<platform::win::ProcessRow>();
  }

  // "w3wp" or "w3wp.exe".
  [[nodiscard]] bool goes_by(std::string_view program) const {
    return base::same_word(program, name_) || base::same_word(base::program_name(program), name_);
  }

  std::string name_;
  std::vector<std::pair<std::int64_t, std::uint64_t>> known_;
};

base::Result<std::int64_t> wait_for(const std::string& name, Signals& signals) {
  Awaited awaited(name);
  constexpr milliseconds kBetween{5};
  while (!signals.wait(kBetween)) {
    if (const auto pid = awaited.look()) return *pid;
  }
  return base::Error("no '" + name + "' has begun until the end of the wait");
}

}  // namespace

std::string_view preferred_way() {
  return "agent";
}

base::Result<Attached> attach_way(const AttachOptions& options, LiveRecorder& recorder, Signals& signals) {
  if (options.via == "htrace") {
    if (auto usable = capture::win_htrace::WinHtrace::usable(); !usable.ok())
      return std::move(usable).error();
  }
  if (options.wait_for.empty()) return by_way(options, options.pids, recorder);
  if (options.on_wait) options.on_wait();
  const auto pid = wait_for(options.wait_for, signals);
  if (!pid.ok()) return pid.error();
  auto attached = by_way(options, {pid.value()}, recorder);
  if (!attached.ok()) return attached;
  if (const auto row = platform::win::find_process(pid.value()); row.ok())
    attached.value().begun.age = platform::win::age_of(row.value());
  return attached;
}

}  // namespace ajar::session
