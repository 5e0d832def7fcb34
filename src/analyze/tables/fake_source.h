#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "model/source.h"

namespace ajar::analyze {

// A recording written by hand: events and snapshots in the order in which they are told. Times are in
// seconds.
class FakeSource final : public model::Source {
 public:
  static model::Time at(double seconds) { return model::Time(static_cast<std::int64_t>(seconds * 1e9)); }

  // A process with an image and a table; those that follow are told of it.
  void process(const std::string& path, std::int64_t pid, model::TableId copied_from = {},
               double created = 0) {
    model::Process process;
    process.pid = pid;
    process.start_ticks = 77;
    process.id = world_.processes.next_id();
    world_.processes.add(process);
    model::Table table;
    table.id = world_.tables.next_id();
    table.copied_from = copied_from;
    table.created = at(created);
    table_ = world_.tables.add(table);
    model::Image image;
    image.id = world_.images.next_id();
    image.process = process.id;
    image.table = table_;
    image.path = path;
    image_ = world_.images.add(image);
  }

  [[nodiscard]] model::TableId table() const { return table_; }

  // A stack of one function of the program.
  model::StackId stack(const std::string& function) {
    model::Frame frame;
    frame.kind = model::FrameKind::managed;
    frame.function = world_.strings.add(function);
    frame.file = world_.strings.add("shop.py");
    return world_.stacks.add({.callee = {}, .frame = frame});
  }

  void event(model::EventKind kind, double time, std::uint64_t handle, model::StackId stack = {},
             std::uint64_t other = 0) {
    model::Event event;
    event.kind = kind;
    event.table = table_;
    event.image = image_;
    event.time = at(time);
    event.handle = handle;
    event.other = other;
    event.stack = stack;
    told_.emplace_back(event);
  }

  model::Snapshot& snapshot(double time, std::vector<model::Handle> handles) {
    model::Snapshot snapshot;
    snapshot.table = table_;
    snapshot.image = image_;
    snapshot.begin = at(time);
    snapshot.end = at(time);
    snapshot.handles = std::move(handles);
    return std::get<model::Snapshot>(told_.emplace_back(std::move(snapshot)));
  }

  static model::Handle handle(std::uint64_t value, const std::string& type, const std::string& name) {
    return {.value = value, .type = type, .name = name, .facts = {}};
  }

  model::World& edit() { return world_; }

  [[nodiscard]] const model::World& world() const override { return world_; }
  [[nodiscard]] const model::Damage& damage() const override { return damage_; }
  [[nodiscard]] model::Time end() const override { return at(1e6); }
  void read(model::Cursor& cursor, model::Observer& observer) override {
    for (; cursor.position < told_.size(); ++cursor.position) {
      const auto& told = told_[static_cast<std::size_t>(cursor.position)];
      if (const auto* event = std::get_if<model::Event>(&told)) {
        observer.on_events(world_, {event, 1});
      } else {
        observer.on_snapshot(world_, std::get<model::Snapshot>(told));
      }
    }
  }

 private:
  model::World world_;
  model::Damage damage_;
  model::TableId table_;
  model::ImageId image_;
  std::vector<std::variant<model::Event, model::Snapshot>> told_;
};

}  // namespace ajar::analyze
