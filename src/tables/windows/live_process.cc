#include "tables/windows/live_process.h"

#include <algorithm>
#include <utility>

#include "model/process_rows.h"

namespace ajar::tables::windows {

using platform::win::ProcessRow;

model::ImageId image_of(model::World& world, const ProcessRow& row) {
  const std::uint64_t start_ticks = platform::win::start_ticks(row.created);
  for (const model::Image& image : world.images) {
    const model::Process* process = world.processes.find(image.process);
    if (process->pid == row.pid && process->start_ticks == start_ticks) return image.id;
  }
  std::string path = platform::win::program_path(row.pid);
  if (path.empty()) path = row.name;
  const model::ProcessRows rows =
      model::add_process(world, static_cast<std::uint64_t>(row.pid), std::move(path));
  model::Process& process = *world.processes.find(rows.process);
  process.parent_pid = row.parent;
  process.start_ticks = start_ticks;
  process.started = model::Time(platform::win::unix_nanoseconds(row.created) - world.origin.started_unix_ns);
  if (std::string words = platform::win::command_line(row.pid); !words.empty())
    world.images.find(rows.image)->command.push_back(std::move(words));
  return rows.image;
}

base::Result<LiveSnapshot> read_snapshot(std::int64_t pid, Depth depth) {
  auto table = read_table(pid, depth);
  if (!table.ok()) return std::move(table).error();
  LiveSnapshot live{.snapshot = {},
                    .not_opened = std::move(table.value().not_opened),
                    .unread = std::move(table.value().unread)};
  live.snapshot.handles.reserve(table.value().handles.size());
  for (model::WindowsHandle& handle : table.value().handles)
    live.snapshot.handles.push_back(model::as_handle(std::move(handle)));
  live.snapshot.soft_limit = live.snapshot.hard_limit = kMostHandles;
  return live;
}

base::Result<std::map<std::int64_t, model::Snapshot>> glance(const std::vector<std::int64_t>& pids) {
  const auto list = HandleList::read();
  if (!list.ok()) return list.error();
  std::map<std::int64_t, model::Snapshot> found;
  for (const HandleRow& row : list.value().rows()) {
    if (std::ranges::find(pids, row.pid) == pids.end()) continue;
    found[row.pid].handles.push_back(model::as_handle(list.value().handle_of(row)));
  }
  for (auto& [pid, snapshot] : found) {
    model::put_in_order(snapshot.handles);
    snapshot.soft_limit = snapshot.hard_limit = kMostHandles;
  }
  return found;
}

}  // namespace ajar::tables::windows
