#include "session/live_tables.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <thread>
#include <utility>

#include "platform/process_match.h"
#include "platform/procfs.h"
#include "session/origin.h"
#include "session/process_name.h"
#include "tables/limits.h"
#include "tables/proc_fd.h"

namespace ajar::session {
namespace {

// Goes on while the machine sleeps, as the kernel's start times of processes do.
std::uint64_t since_boot_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(time.tv_nsec);
}

std::uint64_t ns_of_ticks(std::uint64_t ticks) {
  const long per_second = ::sysconf(_SC_CLK_TCK);
  return ticks * (1'000'000'000U / static_cast<std::uint64_t>(std::max(per_second, 1L)));
}

}  // namespace

LiveTables::LiveTables() : start_ns_(since_boot_ns()) {
  world_.origin = describe_recorder();
  world_.origin.way = "tables";
}

model::Time LiveTables::now() const {
  return model::Time(static_cast<std::int64_t>(since_boot_ns() - start_ns_));
}

model::ImageId LiveTables::image_of(std::int64_t pid, std::uint64_t start_ticks) {
  for (const model::Image& image : world_.images) {
    const model::Process* process = world_.processes.find(image.process);
    if (process->pid == pid && process->start_ticks == start_ticks) return image.id;
  }
  const platform::ProcFs proc;
  const auto info = proc.process(pid);
  model::Process process;
  process.id = world_.processes.next_id();
  process.pid = pid;
  process.start_ticks = start_ticks;
  process.started =
      model::Time(static_cast<std::int64_t>(ns_of_ticks(start_ticks)) - static_cast<std::int64_t>(start_ns_));
  if (info) process.parent_pid = info->parent_pid;
  world_.processes.add(process);
  model::Table table;
  table.id = world_.tables.next_id();
  world_.tables.add(table);
  model::Image image;
  image.id = world_.images.next_id();
  image.process = process.id;
  image.table = table.id;
  image.how = model::Image::Started::attached;
  image.path = proc.executable(pid).value_or(std::string());
  if (image.path.empty() && info) image.path = info->name;
  image.command = proc.command_line(pid).value_or(std::vector<std::string>());
  world_.images.add(image);
  if (info) {
    model::Thread thread;
    thread.id = world_.threads.next_id();
    thread.process = process.id;
    thread.tid = pid;
    thread.name = info->name;
    world_.threads.add(thread);
  }
  return image.id;
}

std::vector<LiveTable> LiveTables::read(const std::vector<std::int64_t>& pids, TableDepth depth) {
  troubles_.clear();
  const platform::ProcFs proc;
  const bool in_detail = depth == TableDepth::details;
  tables::SocketTables sockets(in_detail ? tables::SocketNames::Depth::packets
                                         : tables::SocketNames::Depth::states);
  const tables::ReadOptions options{.detail = in_detail ? tables::Detail::all : tables::Detail::states,
                                    .sockets = &sockets,
                                    .threads = std::thread::hardware_concurrency()};
  std::vector<LiveTable> found;
  for (const std::int64_t pid : pids) {
    const auto info = proc.process(pid);
    if (!info) {
      troubles_.push_back(info.error().error.message());
      continue;
    }
    LiveTable live;
    model::Snapshot& snapshot = live.table.snapshot;
    snapshot.taken = model::Snapshot::Taken::on_request;
    snapshot.begin = now();
    auto table = tables::read_fd_table(proc, pid, options);
    snapshot.end = now();
    if (!table) {
      troubles_.push_back(table.error().error.message());
      continue;
    }
    snapshot.image = image_of(pid, info->start_ticks);
    snapshot.table = world_.images.find(snapshot.image)->table;
    snapshot.handles = std::move(table->handles);
    snapshot.complete = table->complete;
    const tables::HandleLimits limits = tables::limits_of(proc, pid);
    snapshot.soft_limit = limits.soft;
    snapshot.hard_limit = limits.hard;
    found.push_back(std::move(live));
  }
  return found;
}

base::Result<std::vector<std::int64_t>> find_processes(const std::string& operand) {
  std::int64_t pid = 0;
  const auto [end, error] = std::from_chars(operand.data(), operand.data() + operand.size(), pid);
  if (error == std::errc() && end == operand.data() + operand.size() && pid > 0)
    return std::vector<std::int64_t>{pid};
  auto found = platform::match_processes(platform::ProcFs(), operand);
  if (found.ok() && found.value().empty()) {
    return base::Error("no process matches '" + operand +
                       "', and it is no recording; 'ajar handles' lists all processes");
  }
  return found;
}

std::string process_line(std::int64_t pid) {
  const platform::ProcFs proc;
  const auto info = proc.process(pid);
  std::string line = std::to_string(pid);
  if (info) line += "  " + process_name(proc, *info) + " ";
  for (const std::string& word : proc.command_line(pid).value_or(std::vector<std::string>()))
    line += " " + word;
  constexpr std::size_t kMost = 100;
  if (line.size() > kMost) line = line.substr(0, kMost) + "…";
  return line;
}

}  // namespace ajar::session
