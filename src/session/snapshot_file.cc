#include "session/snapshot_file.h"

#include <utility>

namespace ajar::session {

base::Result<std::unique_ptr<SnapshotFile>> SnapshotFile::create(const std::string& path,
                                                                 const model::World& world,
                                                                 const Bounds& bounds) {
  base::Result<platform::FileSink> file = platform::FileSink::create(path);
  if (!file.ok()) return std::move(file).error();
  return std::unique_ptr<SnapshotFile>(new SnapshotFile(std::move(file).value(), world, bounds));
}

base::Result<void> SnapshotFile::add(const std::vector<LiveTable>& tables) {
  for (const LiveTable& table : tables) {
    if (auto written = writer_.snapshot(table.table.snapshot); !written.ok()) return written;
  }
  return writer_.flush();
}

base::Result<void> SnapshotFile::add(const model::Snapshot& snapshot) {
  if (auto written = writer_.snapshot(snapshot); !written.ok()) return written;
  return writer_.flush();
}

base::Result<void> SnapshotFile::add(std::span<const model::CountSample> samples) {
  if (auto written = writer_.counts(samples); !written.ok()) return written;
  return writer_.flush();
}

base::Result<void> SnapshotFile::finish(model::Time end) {
  if (auto written = writer_.finish(end); !written.ok()) return written;
  return file_.close();
}

}  // namespace ajar::session
