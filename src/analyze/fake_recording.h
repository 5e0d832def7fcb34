#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "analyze/analysis.h"
#include "analyze/code_path.h"
#include "analyze/fake_world.h"

namespace ajar::analyze {

// A recording written by hand, fed to an analysis as it grows. One process is there from the start.
class FakeRecording : public FakeWorld {
 public:
  explicit FakeRecording(Options options = {}, Started how = Started::exec) : analysis_(std::move(options)) {
    new_process("/opt/shop-server", 4121, how);
  }

  model::StringId text(const std::string& text) {
    if (text.empty()) return {};
    const auto [found, added] = texts_.try_emplace(text);
    if (added) found->second = world.strings.add(text);
    return found->second;
  }

  model::ModuleId module(const std::string& path) {
    model::Module row;
    row.id = world.modules.next_id();
    row.image = image();
    row.path = path;
    return world.modules.add(row);
  }

  // A frame whose symbol covers it, unless said otherwise. Each call gives another address.
  model::Frame frame(model::ModuleId module, const std::string& function,
                     model::SymbolMatch match = model::SymbolMatch::exact) {
    const model::Frame frame = native(module, next_offset_ += 0x10);
    model::Symbol symbol;
    symbol.match = match;
    symbol.function = function;
    world.symbols[world.modules.find(module)->identity()][model::World::lookup_offset(frame)] = {symbol};
    return frame;
  }

  static model::Frame native(model::ModuleId module, std::uint64_t offset) {
    return {.module = module, .offset = offset, .function = {}, .file = {}};
  }

  // Of code that a runtime made.
  model::Frame managed(const std::string& function, const std::string& file, std::uint64_t address) {
    return {.kind = model::FrameKind::managed,
            .module = {},
            .offset = address,
            .function = text(function),
            .file = text(file)};
  }

  // Frames innermost first.
  model::StackId stack(std::initializer_list<model::Frame> frames) {
    model::StackId at;
    for (const model::Frame& frame : frames) at = world.stacks.add({.callee = at, .frame = frame});
    return at;
  }

  // A stack of its own: libc's open, called by `function` of the executable.
  model::StackId simple_stack(const std::string& function) {
    if (libc_.none()) libc_ = module("/lib/x86_64-linux-gnu/libc.so.6");
    if (program_.none()) program_ = module("/opt/shop-server");
    return stack({native(libc_, 0x1000), frame(program_, function)});
  }

  void tell(const model::Event& event) { analysis_.on_events(world, {&event, 1}); }

  void open(double time, std::uint64_t handle, model::StackId stack, const std::string& type = "file",
            const std::string& asked = "") {
    model::Event opening = event(model::EventKind::open, time, handle, stack);
    opening.type = text(type);
    opening.text = text(asked);
    opening.call = text("open64");
    tell(opening);
  }

  void close(double time, std::uint64_t handle, model::StackId stack = {}) {
    tell(event(model::EventKind::close, time, handle, stack));
  }

  void close_range(double time, std::uint64_t first, std::uint64_t last, model::StackId stack = {}) {
    model::Event range = event(model::EventKind::close_range, time, first, stack);
    range.other = last;
    tell(range);
  }

  void duplicate(double time, std::uint64_t handle, std::uint64_t from, model::StackId stack) {
    model::Event closing = event(model::EventKind::close, time, handle, stack);
    closing.implied = true;
    tell(closing);
    model::Event duplicate = event(model::EventKind::duplicate, time, handle, stack);
    duplicate.other = from;
    duplicate.call = text("dup2");
    tell(duplicate);
  }

  void snapshot(model::Snapshot::Taken taken, double time, std::vector<model::Handle> handles,
                bool complete = true) {
    model::Snapshot snapshot = new_snapshot(taken, time, std::move(handles));
    snapshot.complete = complete;
    analysis_.on_snapshot(world, snapshot);
  }

  void mark(const std::string& label, double time) {
    world.marks.add({.id = world.marks.next_id(), .label = label, .time = at(time)});
  }

  // The three standard streams, at the start.
  void start(double time = 0) { snapshot(model::Snapshot::Taken::at_start, time, streams()); }

  static std::vector<model::Handle> streams() {
    return {handle(0, "tty", "/dev/pts/0"), handle(1, "tty", "/dev/pts/0"), handle(2, "tty", "/dev/pts/0")};
  }

  void lose(std::uint64_t events) { analysis_.on_loss(world, {.image = image(), .events = events}); }

  [[nodiscard]] report::Report report(double end) const { return analysis_.finish(world, at(end)); }
  [[nodiscard]] report::Process only_process(double end) const { return report(end).processes.at(0); }

 private:
  Analysis analysis_;
  model::ModuleId libc_, program_;
  std::uint64_t next_offset_ = 0x2000;
  std::map<std::string, model::StringId> texts_;
};

// The function on which a path is blamed; "" where nobody is.
inline std::string blamed(const CodePath& path) {
  return path.culprit.has_value() ? path.culprit->function : std::string();
}

// What every report must keep to: its sums agree.
inline bool adds_up(const report::Process& process) {
  std::uint64_t outstanding = 0;
  for (const report::Group& group : process.groups) outstanding += group.outstanding;
  const report::Coverage& c = process.coverage;
  return outstanding + c.inherited + c.before_tracking + c.before_mark + c.unseen == c.open &&
         process.open == c.open && c.explained == c.open - c.unseen - c.before_tracking;
}

}  // namespace ajar::analyze
