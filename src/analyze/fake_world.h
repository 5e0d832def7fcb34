#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/source.h"

namespace ajar::analyze {

// A world written by hand, for recordings written by hand. Times are in seconds. Each process has one image
// and a table of its own at first; events and snapshots are those of the current ones.
class FakeWorld {
 public:
  using Started = model::Image::Started;

  static model::Time at(double seconds) { return model::Time(static_cast<std::int64_t>(seconds * 1e9)); }

  // It becomes the current one, with its image and table.
  void new_process(const std::string& path, std::int64_t pid, Started how = Started::exec, double started = 0,
                   model::TableId copied_from = {}) {
    model::Process process;
    process.id = world.processes.next_id();
    process.pid = pid;
    process.start_ticks = 77;
    process.started = at(started);
    process_ = world.processes.add(process);
    model::Table row;
    row.id = world.tables.next_id();
    row.copied_from = copied_from;
    row.created = at(started);
    table_ = world.tables.add(row);
    new_image(path, how, started);
  }

  // As exec does: the process and its table stay.
  void new_image(const std::string& path, Started how, double started) {
    model::Image image;
    image.id = world.images.next_id();
    image.process = process_;
    image.table = table_;
    image.how = how;
    image.path = path;
    image.started = at(started);
    image_ = world.images.add(image);
  }

  model::Process& process() { return *world.processes.find(process_); }
  [[nodiscard]] model::TableId table() const { return table_; }
  [[nodiscard]] model::ImageId image() const { return image_; }

  [[nodiscard]] model::Event event(model::EventKind kind, double time, std::uint64_t handle,
                                   model::StackId stack) const {
    model::Event event;
    event.kind = kind;
    event.table = table_;
    event.image = image_;
    event.time = at(time);
    event.handle = handle;
    event.stack = stack;
    return event;
  }

  [[nodiscard]] model::Snapshot new_snapshot(model::Snapshot::Taken taken, double time,
                                             std::vector<model::Handle> handles) const {
    model::Snapshot snapshot;
    snapshot.table = table_;
    snapshot.image = image_;
    snapshot.taken = taken;
    snapshot.begin = at(time);
    snapshot.end = at(time + 0.001);
    snapshot.handles = std::move(handles);
    return snapshot;
  }

  static model::Handle handle(std::uint64_t value, const std::string& type, const std::string& name = "") {
    return {.value = value, .type = type, .name = name, .facts = {}};
  }

  model::World world;

 private:
  model::ProcessId process_;
  model::ImageId image_;
  model::TableId table_;
};

}  // namespace ajar::analyze
