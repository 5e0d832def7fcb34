#include "session/live_tables.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>
#include <utility>

#include "base/number.h"
#include "base/path.h"
#include "base/words.h"
#include "model/process_rows.h"
#include "platform/boot_time.h"
#include "platform/process_match.h"
#include "platform/procfs.h"
#include "platform/user_names.h"
#include "session/origin.h"
#include "session/process_name.h"
#include "tables/holders.h"
#include "tables/limit_uses.h"
#include "tables/limits.h"
#include "tables/proc_fd.h"
#include "tables/shared_handles.h"

namespace ajar::session {
namespace {

bool watches(const model::Handle& handle) {
  return handle.type == "inotify" || handle.type == "epoll";
}

tables::Detail detail_for(TableDepth depth) {
  switch (depth) {
    case TableDepth::summary:
      return tables::Detail::signs;
    case TableDepth::names:
      return tables::Detail::states;
    case TableDepth::details:
      break;
  }
  return tables::Detail::all;
}

}  // namespace

// One call of read().
class LiveTables::Reading {
 public:
  Reading(LiveTables& all, TableDepth depth)
      : all_(all), detail_(detail_for(depth)), sockets_(tables::socket_depth(detail_)) {}

  void read(std::int64_t pid);
  void read_together(const std::vector<std::int64_t>& pids);
  std::vector<LiveTable> take();

 private:
  [[nodiscard]] std::int64_t pid_of(const LiveTable& live) const;
  void note_unknown_sockets(std::int64_t pid, const model::Snapshot& snapshot);
  void add_shared();
  void add_holders();
  void share_table(model::TableId table, std::int64_t pid);
  void add_limits(LiveTable& live, std::int64_t pid, const tables::Holders* holders);

  LiveTables& all_;
  tables::Detail detail_;
  platform::ProcFs proc_{};
  platform::UserNames users_;
  tables::SocketTables sockets_;
  std::vector<LiveTable> found_;
};

void LiveTables::Reading::read(std::int64_t pid) {
  const tables::ReadOptions options{.detail = detail_, .sockets = &sockets_, .threads = all_.threads_};
  const auto info = proc_.process(pid);
  if (!info) return all_.troubles_.push_back(info.error().error.message());
  LiveTable live;
  model::Snapshot& snapshot = live.table.snapshot;
  snapshot.taken = model::Snapshot::Taken::on_request;
  snapshot.begin = all_.now();
  auto table = tables::read_fd_table(proc_, pid, options);
  snapshot.end = all_.now();
  if (!table) return all_.troubles_.push_back(table.error().error.message());
  snapshot.image = all_.image_of(pid, info->start_ticks);
  all_.note_exec(snapshot.image, info->name);
  snapshot.table = all_.world_.images.find(snapshot.image)->table;
  snapshot.handles = std::move(table->handles);
  snapshot.complete = table->complete;
  const tables::HandleLimits limits = tables::limits_of(proc_, pid);
  snapshot.soft_limit = limits.soft;
  snapshot.hard_limit = limits.hard;
  note_unknown_sockets(pid, snapshot);
  found_.push_back(std::move(live));
}

// Of sockets of which the type is all that is known.
void LiveTables::Reading::note_unknown_sockets(std::int64_t pid, const model::Snapshot& snapshot) {
  using model::FactKey;
  const bool has_unknown = std::ranges::any_of(snapshot.handles, [](const model::Handle& handle) {
    return handle.type.ends_with("socket") && model::find_fact(handle.facts, FactKey::family) == nullptr &&
           model::find_fact(handle.facts, FactKey::socket_state) == nullptr;
  });
  if (!has_unknown || sockets_.of(proc_, pid).can_ask()) return;
  all_.troubles_.push_back("what the sockets of process " + std::to_string(pid) +
                           " are connected to is not known: its network namespace may only be entered with "
                           "CAP_SYS_ADMIN");
}

std::int64_t LiveTables::Reading::pid_of(const LiveTable& live) const {
  const model::Image* image = all_.world_.images.find(live.table.snapshot.image);
  return all_.world_.processes.find(image->process)->pid;
}

// `holders`: nullptr where the tables of others were not read.
void LiveTables::Reading::add_limits(LiveTable& live, std::int64_t pid, const tables::Holders* holders) {
  const model::Snapshot& snapshot = live.table.snapshot;
  const auto info = proc_.process(pid);
  if (!info) return;
  tables::Used used{.handles = snapshot.handles.size(),
                    .limits = {.soft = snapshot.soft_limit, .hard = snapshot.hard_limit},
                    .user = users_.of(info->user)};
  if (holders != nullptr && std::ranges::any_of(snapshot.handles, watches))
    tables::count_watches(proc_, *holders, info->user, used);
  for (tables::LimitUse& use : tables::rank_limits(used, tables::system_limits())) {
    live.limits.push_back(
        {.name = std::move(use.name), .scope = std::move(use.scope), .used = use.used, .most = use.most});
  }
}

void LiveTables::Reading::read_together(const std::vector<std::int64_t>& pids) {
  const model::Time begin = all_.now();
  for (const std::int64_t pid : pids) read(pid);
  for (LiveTable& live : found_) live.table.snapshot.begin = begin;
  add_shared();
}

void LiveTables::Reading::add_shared() {
  if (found_.size() < 2) return;
  std::vector<tables::OpenTable> tables;
  for (const LiveTable& live : found_) {
    const std::int64_t pid = pid_of(live);
    tables.push_back(
        {.pid = pid, .handles = live.table.snapshot.handles, .sockets = &sockets_.of(proc_, pid)});
  }
  for (tables::SharedHandles& shared : tables::shared_handles(tables)) {
    const model::ImageId other = found_[shared.with].table.snapshot.image;
    found_[shared.of].table.snapshot.shared.push_back({.other = all_.world_.images.find(other)->process,
                                                       .type = std::move(shared.type),
                                                       .count = shared.count});
  }
}

// What the tables of all processes tell of these.
void LiveTables::Reading::add_holders() {
  const tables::Holders holders = tables::Holders::read(proc_);
  for (LiveTable& live : found_) {
    model::Snapshot& snapshot = live.table.snapshot;
    const std::int64_t pid = pid_of(live);
    holders.add_facts(pid, snapshot.handles, sockets_.of(proc_, pid));
    for (const std::int64_t other : holders.sharing(pid)) share_table(snapshot.table, other);
    add_limits(live, pid, &holders);
  }
  all_.unread_ = holders.unread();
}

// The process uses that table, too.
void LiveTables::Reading::share_table(model::TableId table, std::int64_t pid) {
  const auto info = proc_.process(pid);
  if (!info) return;
  const model::ImageId image = all_.image_of(pid, info->start_ticks);
  all_.world_.images.find(image)->table = table;
}

std::vector<LiveTable> LiveTables::Reading::take() {
  const bool in_detail = detail_ == tables::Detail::all;
  if (in_detail && !found_.empty()) add_holders();
  if (!in_detail) {
    for (LiveTable& live : found_) add_limits(live, pid_of(live), nullptr);
  }
  return std::move(found_);
}

LiveTables::LiveTables(unsigned threads)
    : threads_(threads == 0 ? std::thread::hardware_concurrency() : threads), start_(platform::since_boot()) {
  world_.origin = describe_recorder();
  world_.origin.way = "tables";
}

LiveTables::~LiveTables() = default;

model::Time LiveTables::now() const {
  return model::Time((platform::since_boot() - start_).count());
}

LiveTables::Rows LiveTables::new_rows(std::int64_t pid, std::string path) {
  const auto number = static_cast<std::uint64_t>(pid);
  if (spare_.empty())
    return {.of_process = model::add_process(world_, number, std::move(path)), .thread = {}};
  Rows rows = spare_.back();
  spare_.pop_back();
  rows.of_process.pid = number;
  model::put_process(world_, rows.of_process, std::move(path));
  renewed_.push_back({.image = rows.of_process.image, .thread = rows.thread});
  return rows;
}

model::ImageId LiveTables::image_of(std::int64_t pid, std::uint64_t start_ticks) {
  model::ImageId& known = images_[{pid, start_ticks}];
  if (!known.none()) return known;
  const platform::ProcFs proc;
  const auto info = proc.process(pid);
  std::string path = proc.executable(pid).value_or(std::string());
  if (path.empty() && info) path = info->name;
  Rows all = new_rows(pid, std::move(path));
  const model::ProcessRows& rows = all.of_process;
  model::Process& process = *world_.processes.find(rows.process);
  process.start_ticks = start_ticks;
  process.started = model::Time((platform::boot_time_of(start_ticks) - start_).count());
  if (info) process.parent_pid = info->parent_pid;
  world_.images.find(rows.image)->command = proc.command_line(pid).value_or(std::vector<std::string>());
  known = rows.image;
  if (info) {
    // Its first thread has the name that the process gave itself.
    if (all.thread.none()) all.thread = world_.threads.next_id();
    world_.threads.put(all.thread,
                       {.id = all.thread, .process = rows.process, .tid = pid, .name = info->name});
  }
  rows_[rows.process] = all;
  return known;
}

// `name`: of its first thread. It goes on in the same rows: it is one process that holds its handles.
void LiveTables::note_exec(model::ImageId id, const std::string& name) {
  model::Image& image = *world_.images.find(id);
  const auto rows = rows_.find(image.process);
  if (rows == rows_.end()) return;
  model::Thread* thread = world_.threads.find(rows->second.thread);
  const std::int64_t pid = world_.processes.find(image.process)->pid;
  const platform::ProcFs proc;
  std::string path = proc.executable(pid).value_or(std::string());
  // A program whose file an update has replaced is none.
  const bool is_other = !path.empty() && path != image.path && base::without_deleted(path) != image.path;
  if (!is_other && (thread == nullptr || thread->name == name)) return;
  if (is_other) {
    image.path = std::move(path);
    image.command = proc.command_line(pid).value_or(std::vector<std::string>());
  }
  if (thread != nullptr) thread->name = name;
  renewed_.push_back({.image = id, .thread = rows->second.thread});
}

void LiveTables::ended(model::ProcessId process) {
  const auto rows = rows_.find(process);
  if (rows == rows_.end()) return;
  model::end_process(world_, rows->second.of_process, now());
  const model::Process& row = *world_.processes.find(process);
  images_.erase({row.pid, row.start_ticks});
}

void LiveTables::forget(model::ProcessId process) {
  const auto rows = rows_.find(process);
  if (rows == rows_.end()) return;
  // Another process's name must not be left, should nobody know that of the next one.
  if (model::Thread* thread = world_.threads.find(rows->second.thread))
    *thread = {.id = thread->id, .process = {}, .tid = 0, .name = {}};
  spare_.push_back(rows->second);
  rows_.erase(rows);
}

std::vector<LiveTable> LiveTables::read(const std::vector<std::int64_t>& pids, TableDepth depth) {
  troubles_.clear();
  unread_ = 0;
  Reading reading(*this, depth);
  for (const std::int64_t pid : pids) reading.read(pid);
  return reading.take();
}

std::vector<LiveTable> LiveTables::read_together(const std::vector<std::int64_t>& pids) {
  troubles_.clear();
  unread_ = 0;
  Reading reading(*this, TableDepth::names);
  reading.read_together(pids);
  return reading.take();
}

base::Result<std::vector<std::int64_t>> find_processes(const std::string& operand) {
  if (operand.empty()) return base::Error("an empty name of a process");
  const auto pid = base::parse_number<std::int64_t>(operand);
  if (pid.has_value() && *pid >= 0) return std::vector<std::int64_t>{*pid};
  return platform::match_processes(platform::ProcFs(), operand);
}

std::optional<std::uint64_t> soft_limit_of(std::int64_t pid) {
  const auto soft = tables::limits_of(platform::ProcFs(), pid).soft;
  return soft == model::Snapshot::kNoLimit ? std::nullopt : soft;
}

std::string process_name(std::int64_t pid) {
  const platform::ProcFs proc;
  const auto info = proc.process(pid);
  return info ? process_name(proc, *info) : "process";
}

std::string process_line(std::int64_t pid) {
  const platform::ProcFs proc;
  const auto info = proc.process(pid);
  std::string line = std::to_string(pid);
  if (info) line += "  " + process_name(proc, *info);
  const auto words = proc.command_line(pid).value_or(std::vector<std::string>());
  if (!words.empty()) line += "  " + base::joined(words, " ");
  return line;
}

}  // namespace ajar::session
