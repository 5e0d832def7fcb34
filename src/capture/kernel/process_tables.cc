#include <algorithm>
#include <climits>

#include "capture/kernel/processes.h"
#include "tables/limits.h"
#include "tables/sockets/socket_names.h"

// What is open in the processes that are followed.
namespace ajar::capture::kernel {

// The kernel's own list of numbers at that moment. What they are it has told of the first; of others, /proc
// told last what they are, if nobody has touched them since.
void Processes::numbers_open(Process& process, model::TableId table, std::string_view open, model::Time time,
                             model::Snapshot::Taken taken) {
  model::Snapshot snapshot;
  snapshot.table = table;
  snapshot.image = process.image;
  snapshot.taken = taken;
  snapshot.begin = snapshot.end = time;
  const Contents& contents = contents_[table];
  for (std::size_t i = 0; i < open.size() * CHAR_BIT; ++i) {
    const unsigned byte = static_cast<unsigned char>(open[i / CHAR_BIT]);
    if ((byte >> i % CHAR_BIT & 1U) == 0) continue;
    const auto told = std::ranges::find(process.told, i, &model::Handle::value);
    const model::Handle* known = contents.touched.contains(i) ? nullptr : contents.last.find(i);
    if (told != process.told.end()) known = &*told;
    model::Handle& handle = snapshot.handles.emplace_back();
    if (known != nullptr) handle = *known;
    handle.value = i;
  }
  process.told.clear();
  constexpr std::size_t kMostTold = AJAR_CALL_PAYLOAD;
  snapshot.complete = open.size() < kMostTold;
  recorder_.snapshot(snapshot);
}

bool Processes::read_table(model::Snapshot snapshot, std::int64_t pid, std::int64_t reader,
                           tables::SocketTables& sockets) {
  snapshot.begin = recorder_.now();
  auto read = tables::read_fd_table(procfs_, reader, {.sockets = &sockets});
  snapshot.end = recorder_.now();
  if (!read) return false;
  snapshot.handles = std::move(read->handles);
  snapshot.complete = read->complete;
  const tables::HandleLimits limits = tables::limits_of(procfs_, pid);
  snapshot.soft_limit = limits.soft;
  snapshot.hard_limit = limits.hard;
  Contents& contents = contents_[snapshot.table];
  contents.last = std::move(snapshot);
  contents.touched.clear();
  return true;
}

std::vector<model::TableId> Processes::read_tables(model::Snapshot::Taken taken) {
  std::vector<model::TableId> all;
  tables::SocketTables sockets;
  std::set<model::TableId> seen;
  for (const auto& [pid, process] : processes_) {
    if (!procfs_.alive(pid, process.start_ticks)) continue;
    const model::Image* image = recorder_.world().images.find(process.image);
    const bool is_attached = image != nullptr && image->how == model::Image::Started::attached;
    for (const auto& [tid, thread] : process.threads) {
      if (!seen.insert(thread.table).second) continue;
      const bool is_mains = thread.table == process.table;
      const bool is_first = is_mains && is_attached && contents_[thread.table].last.table.none();
      model::Snapshot snapshot;
      snapshot.taken = is_first ? model::Snapshot::Taken::at_start : taken;
      snapshot.table = thread.table;
      snapshot.image = process.image;
      if (read_table(std::move(snapshot), pid, is_mains ? pid : tid, sockets)) all.push_back(thread.table);
    }
  }
  return all;
}

// Without those of which it is known by now that they ended meanwhile.
void Processes::record_tables(std::span<const model::TableId> read) {
  for (const model::TableId table : read) {
    const auto found = contents_.find(table);
    if (found == contents_.end()) continue;
    const model::Snapshot& snapshot = found->second.last;
    const model::Image* image = recorder_.world().images.find(snapshot.image);
    if (image != nullptr && image->ended) continue;
    recorder_.snapshot(snapshot);
    if (snapshot.taken == model::Snapshot::Taken::at_start) open_at_start_ += snapshot.handles.size();
  }
}

}  // namespace ajar::capture::kernel
