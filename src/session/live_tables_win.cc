#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

#include "base/words.h"
#include "platform/win_processes.h"
#include "session/live_tables.h"
#include "session/origin.h"
#include "tables/windows/table.h"

namespace ajar::session {
namespace {

using platform::win::ProcessRow;

std::chrono::nanoseconds since_any_moment() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

tables::windows::Depth depth_of(TableDepth depth) {
  switch (depth) {
    case TableDepth::summary:
      return tables::windows::Depth::types;
    case TableDepth::names:
      return tables::windows::Depth::names;
    case TableDepth::details:
      break;
  }
  return tables::windows::Depth::all;
}

// "EtwRegistration 12, File 1"
std::string by_type(const std::map<std::string, std::uint64_t>& counts) {
  std::vector<std::string> parts;
  for (const auto& [type, count] : counts) parts.push_back(fmt::format("{} {}", type, count));
  return base::joined(parts, ", ");
}

}  // namespace

// One call of read().
class LiveTables::Reading {
 public:
  Reading(LiveTables& all, TableDepth depth) : all_(all), depth_(depth) {}

  std::optional<LiveTable> read(std::int64_t pid);

 private:
  model::ImageId image_of(const ProcessRow& row);
  void tell_troubles(std::int64_t pid, const tables::windows::Table& table);

  LiveTables& all_;
  TableDepth depth_;
};

model::ImageId LiveTables::Reading::image_of(const ProcessRow& row) {
  model::World& world = all_.world_;
  const std::uint64_t start_ticks = platform::win::start_ticks(row.created);
  for (const model::Image& image : world.images) {
    const model::Process* process = world.processes.find(image.process);
    if (process->pid == row.pid && process->start_ticks == start_ticks) return image.id;
  }
  model::Process process;
  process.id = world.processes.next_id();
  process.pid = row.pid;
  process.parent_pid = row.parent;
  process.start_ticks = start_ticks;
  process.started = model::Time(platform::win::unix_nanoseconds(row.created) - world.origin.started_unix_ns);
  world.processes.add(process);
  model::Table table;
  table.id = world.tables.next_id();
  world.tables.add(table);
  model::Image image;
  image.id = world.images.next_id();
  image.process = process.id;
  image.table = table.id;
  image.how = model::Image::Started::attached;
  image.path = platform::win::program_path(row.pid);
  if (image.path.empty()) image.path = row.name;
  if (std::string words = platform::win::command_line(row.pid); !words.empty())
    image.command.push_back(std::move(words));
  return world.images.add(image);
}

void LiveTables::Reading::tell_troubles(std::int64_t pid, const tables::windows::Table& table) {
  if (!table.not_opened.empty()) {
    all_.troubles_.push_back(
        fmt::format("process {}: {}; its handles are known by type only: run ajar as administrator", pid,
                    table.not_opened));
  }
  std::uint64_t unread = 0;
  for (const auto& [type, count] : table.unread) unread += count;
  if (unread == 0) return;
  all_.troubles_.push_back(fmt::format("{} of process {} can't be read by others ({}): {} known by type only",
                                       unread == 1 ? "1 handle" : fmt::format("{} handles", unread), pid,
                                       by_type(table.unread), unread == 1 ? "it is" : "they are"));
}

std::optional<LiveTable> LiveTables::Reading::read(std::int64_t pid) {
  const auto row = platform::win::find_process(pid);
  if (!row.ok()) {
    all_.troubles_.push_back(row.error().message());
    return std::nullopt;
  }
  LiveTable live;
  model::Snapshot& snapshot = live.table.snapshot;
  snapshot.taken = model::Snapshot::Taken::on_request;
  snapshot.begin = all_.now();
  auto table = tables::windows::read_table(pid, depth_of(depth_));
  snapshot.end = all_.now();
  if (!table.ok()) {
    all_.troubles_.push_back(table.error().message());
    return std::nullopt;
  }
  tell_troubles(pid, table.value());
  snapshot.image = image_of(row.value());
  snapshot.table = all_.world_.images.find(snapshot.image)->table;
  for (model::WindowsHandle& handle : table.value().handles)
    snapshot.handles.push_back(model::as_handle(std::move(handle)));
  snapshot.soft_limit = snapshot.hard_limit = tables::windows::kMostHandles;
  return live;
}

LiveTables::LiveTables(unsigned threads) : threads_(threads), start_(since_any_moment()) {
  world_.origin = describe_recorder();
  world_.origin.way = "tables";
}

LiveTables::~LiveTables() = default;

model::Time LiveTables::now() const {
  return model::Time((since_any_moment() - start_).count());
}

std::vector<LiveTable> LiveTables::read(const std::vector<std::int64_t>& pids, TableDepth depth) {
  troubles_.clear();
  unread_ = 0;
  Reading reading(*this, depth);
  std::vector<LiveTable> found;
  for (const std::int64_t pid : pids) {
    if (auto live = reading.read(pid)) found.push_back(*std::move(live));
  }
  return found;
}

}  // namespace ajar::session
