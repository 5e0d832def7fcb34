#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/snapshot.h"
#include "model/world.h"
#include "platform/win_processes.h"
#include "tables/windows/table.h"

// Living processes and their tables in the form of a recording.
namespace ajar::tables::windows {

// The image that this process is in the world. Where there is none it gets one, with its process and table.
model::ImageId image_of(model::World& world, const platform::win::ProcessRow& process);

// A table as a snapshot. Whose it is, when it was taken and why the caller knows: those fields are not set.
struct LiveSnapshot {
  model::Snapshot snapshot;
  std::string not_opened;                       // as in Table
  std::map<std::string, std::uint64_t> unread;  // as in Table
};
base::Result<LiveSnapshot> read_snapshot(std::int64_t pid, Depth depth);

// The tables of these processes without names and counts, by one question to the system: neither processes
// nor objects are asked, so that it costs the same however many handles they have. Those of which the system
// knows no handle, as they have ended, are left out.
base::Result<std::map<std::int64_t, model::Snapshot>> glance(const std::vector<std::int64_t>& pids);

}  // namespace ajar::tables::windows
