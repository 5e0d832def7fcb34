#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/world.h"
#include "recording/writer.h"
#include "session/bounded_file.h"
#include "session/live_tables.h"

namespace ajar::session {

// A recording of nothing but tables, and how many handles they had. One thread at a time.
class SnapshotFile {
 public:
  // Makes the file. `world` is that of the tables, and must outlive this. `bounds`: what of it is kept.
  static base::Result<std::unique_ptr<SnapshotFile>> create(const std::string& path,
                                                            const model::World& world,
                                                            const Bounds& bounds = {});

  // Writes them down at once, so that they stay whatever comes.
  base::Result<void> add(const std::vector<LiveTable>& tables);

  // This one, and samples of one moment: written down at once, too.
  base::Result<void> add(const model::Snapshot& snapshot);
  base::Result<void> add(std::span<const model::CountSample> samples);

  // The row says more than when it was new.
  template <typename RowId>
  base::Result<void> changed(RowId row) {
    return writer_.changed(row);
  }

  // See BoundedFile.
  std::optional<std::string> take_trouble() { return file_.take_trouble(); }
  [[nodiscard]] std::optional<model::Time> kept_from() const { return file_.kept_from(); }

  // Nothing may be added after it.
  base::Result<void> finish(model::Time end);

 private:
  SnapshotFile(platform::FileSink file, const model::World& world, const Bounds& bounds)
      : file_(std::move(file), bounds), writer_(world, file_, bounds.writer_options()) {}

  BoundedFile file_;
  recording::Writer writer_;
};

}  // namespace ajar::session
