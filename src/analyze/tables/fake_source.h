#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "analyze/fake_world.h"
#include "model/source.h"

namespace ajar::analyze {

// A recording written by hand: events and snapshots in the order in which they are told. Times are in
// seconds.
class FakeSource final : public model::Source {
 public:
  static model::Time at(double seconds) { return FakeWorld::at(seconds); }
  static model::Handle handle(std::uint64_t value, const std::string& type, const std::string& name) {
    return FakeWorld::handle(value, type, name);
  }

  // What follows is told of it.
  void process(const std::string& path, std::int64_t pid, model::TableId copied_from = {},
               double started = 0) {
    fake_.new_process(path, pid, model::Image::Started::unknown, started, copied_from);
  }

  [[nodiscard]] model::TableId table() const { return fake_.table(); }

  // A stack of one function of the program.
  model::StackId stack(const std::string& function) {
    model::Frame frame;
    frame.kind = model::FrameKind::managed;
    frame.function = edit().strings.add(function);
    frame.file = edit().strings.add("shop.py");
    return edit().stacks.add({.callee = {}, .frame = frame});
  }

  void event(model::EventKind kind, double time, std::uint64_t handle, model::StackId stack = {},
             std::uint64_t other = 0) {
    model::Event event = fake_.event(kind, time, handle, stack);
    event.other = other;
    told_.emplace_back(event);
  }

  model::Snapshot& snapshot(double time, std::vector<model::Handle> handles) {
    told_.emplace_back(fake_.new_snapshot(model::Snapshot::Taken::periodic, time, std::move(handles)));
    return std::get<model::Snapshot>(told_.back());
  }

  model::World& edit() { return fake_.world; }

  [[nodiscard]] const model::World& world() const override { return fake_.world; }
  [[nodiscard]] const model::Damage& damage() const override { return damage_; }
  [[nodiscard]] model::Time end() const override { return at(1e6); }
  void read(model::Cursor& cursor, model::Observer& observer) override {
    for (; cursor.position < told_.size(); ++cursor.position) {
      const auto& told = told_[static_cast<std::size_t>(cursor.position)];
      if (const auto* event = std::get_if<model::Event>(&told)) {
        observer.on_events(world(), {event, 1});
      } else {
        observer.on_snapshot(world(), std::get<model::Snapshot>(told));
      }
    }
  }

 private:
  FakeWorld fake_;
  model::Damage damage_;
  std::vector<std::variant<model::Event, model::Snapshot>> told_;
};

}  // namespace ajar::analyze
