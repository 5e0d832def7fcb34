#include "capture/preload/preload.h"
#include "tables/limits.h"
#include "tables/proc_fd.h"
#include "tables/sockets/socket_names.h"

namespace ajar::capture::preload {

void Preload::snapshot(model::Snapshot::Taken taken) {
  tables::SocketTables sockets;
  for (Traced& traced : traced_) {
    if (traced.over || traced.reader->exited()) continue;
    model::Snapshot snapshot;
    snapshot.taken = taken;
    snapshot.table = traced.reader->identity().table;
    snapshot.image = traced.reader->identity().image;
    snapshot.begin = recorder_.now();
    auto table = tables::read_fd_table(procfs_, traced.pid, {.sockets = &sockets});
    snapshot.end = recorder_.now();
    if (!table) continue;
    snapshot.handles = std::move(table->handles);
    snapshot.complete = table->complete;
    const tables::HandleLimits limits = tables::limits_of(procfs_, traced.pid);
    snapshot.soft_limit = limits.soft;
    snapshot.hard_limit = limits.hard;
    // What happened before it must be known before it.
    read(traced, false);
    if (procfs_.alive(traced.pid, traced.start_ticks)) recorder_.snapshot(snapshot);
  }
  children_.look_for_strangers(procfs_, announcers());
}

base::Result<std::size_t> Preload::entered(std::int64_t pid) {
  children_.leave_out(procfs_.children(pid));
  poll();
  const Traced* traced = living(pid);
  if (traced == nullptr) return base::Error("process " + std::to_string(pid) + " has ended");
  const auto table = tables::read_fd_table(procfs_, pid, {});
  return table ? table->handles.size() : 0;
}

}  // namespace ajar::capture::preload
