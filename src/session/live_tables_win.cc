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
#include "tables/windows/live_process.h"

namespace ajar::session {
namespace {

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
  void tell_troubles(std::int64_t pid, const tables::windows::LiveSnapshot& table);

  LiveTables& all_;
  TableDepth depth_;
};

void LiveTables::Reading::tell_troubles(std::int64_t pid, const tables::windows::LiveSnapshot& table) {
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
  const model::Time begin = all_.now();
  auto read = tables::windows::read_snapshot(pid, depth_of(depth_));
  const model::Time end = all_.now();
  if (!read.ok()) {
    all_.troubles_.push_back(read.error().message());
    return std::nullopt;
  }
  tell_troubles(pid, read.value());
  LiveTable live;
  model::Snapshot& snapshot = live.table.snapshot;
  snapshot = std::move(read.value().snapshot);
  snapshot.taken = model::Snapshot::Taken::on_request;
  snapshot.begin = begin;
  snapshot.end = end;
  snapshot.image = tables::windows::image_of(all_.world_, row.value());
  snapshot.table = all_.world_.images.find(snapshot.image)->table;
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

model::ImageId LiveTables::image_of(std::int64_t pid, std::uint64_t start_ticks) {
  const auto row = platform::win::find_process(pid);
  if (!row.ok() || platform::win::start_ticks(row.value().created) != start_ticks) return {};
  return tables::windows::image_of(world_, row.value());
}

void LiveTables::ended(model::ProcessId process) {
  for (const model::Image& image : world_.images) {
    if (image.process != process) continue;
    model::end_process(world_, {.process = process, .image = image.id, .table = image.table}, now());
    return;
  }
}

std::optional<std::uint64_t> soft_limit_of(std::int64_t /*pid*/) {
  return tables::windows::kMostHandles;
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

void LiveTables::forget(model::ProcessId /*process*/) {}

// What they share no table of Windows tells at so little cost.
std::vector<LiveTable> LiveTables::read_together(const std::vector<std::int64_t>& pids) {
  const model::Time begin = now();
  std::vector<LiveTable> found = read(pids, TableDepth::summary);
  for (LiveTable& live : found) live.table.snapshot.begin = begin;
  return found;
}

}  // namespace ajar::session
