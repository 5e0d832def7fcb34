#include "session/recorded_operations.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <optional>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>

namespace ajar::session {
namespace {

using Kind = objfile::MinidumpOperation::Kind;

constexpr std::size_t kMostFrames = 32;  // more a minidump doesn't keep

std::optional<Kind> kind_of(model::EventKind kind) {
  switch (kind) {
    case model::EventKind::open:
    case model::EventKind::duplicate:
      return Kind::open;
    case model::EventKind::close:
      return Kind::close;
    case model::EventKind::bad_reference:
      return Kind::bad_reference;
    default:  // what came with the table was no operation, and the others are not known on Windows
      return std::nullopt;
  }
}

std::set<model::TableId> tables_of(const model::World& world, std::int64_t pid) {
  model::ProcessId last;
  for (const model::Process& process : world.processes) {
    if (process.pid == pid) last = process.id;
  }
  std::set<model::TableId> tables;
  for (const model::Image& image : world.images) {
    if (image.process == last && !last.none()) tables.insert(image.table);
  }
  return tables;
}

class Gathering final : public model::Observer {
 public:
  Gathering(const model::World& world, std::int64_t pid, std::size_t most)
      : tables_(tables_of(world, pid)), most_(most) {}

  void on_events(const model::World& world, std::span<const model::Event> events) override {
    for (const model::Event& event : events) {
      const auto kind = kind_of(event.kind);
      if (!kind || !tables_.contains(event.table)) continue;
      if (kept_.size() == most_) {
        kept_.pop_front();
        ++older_;
      }
      kept_.push_back({.time = event.time, .operation = operation_of(world, event, *kind)});
    }
  }
  void on_loss(const model::World& /*world*/, const model::Loss& /*loss*/) override {}
  void on_snapshot(const model::World& /*world*/, const model::Snapshot& /*snapshot*/) override {}

  RecordedOperations take() {
    std::ranges::stable_sort(kept_, {}, &Kept::time);
    RecordedOperations all{.latest = {}, .older = older_};
    all.latest.reserve(kept_.size());
    std::transform(kept_.rbegin(), kept_.rend(), std::back_inserter(all.latest),
                   [](Kept& kept) { return std::move(kept.operation); });
    return all;
  }

 private:
  struct Kept {
    model::Time time;
    objfile::MinidumpOperation operation;
  };

  objfile::MinidumpOperation operation_of(const model::World& world, const model::Event& event, Kind kind) {
    objfile::MinidumpOperation operation{.handle = event.handle,
                                         .process = 0,
                                         .thread = 0,
                                         .kind = kind,
                                         .frames = addresses(world, event.stack)};
    if (const model::Thread* thread = world.threads.find(event.thread)) {
      operation.thread = static_cast<std::uint32_t>(thread->tid);
      if (const model::Process* process = world.processes.find(thread->process))
        operation.process = static_cast<std::uint32_t>(process->pid);
    }
    return operation;
  }

  const std::vector<std::uint64_t>& addresses(const model::World& world, model::StackId stack) {
    const auto [known, is_new] = addresses_.try_emplace(stack);
    if (!is_new) return known->second;
    for (const model::Frame& frame : world.frames(stack)) {
      if (frame.kind != model::FrameKind::native || known->second.size() == kMostFrames) continue;
      const model::Module* module = world.modules.find(frame.module);
      known->second.push_back(frame.offset + (module == nullptr ? 0 : module->bias));
    }
    return known->second;
  }

  std::set<model::TableId> tables_;
  std::size_t most_;
  std::deque<Kept> kept_;
  std::uint64_t older_ = 0;
  std::unordered_map<model::StackId, std::vector<std::uint64_t>> addresses_;
};

}  // namespace

RecordedOperations recorded_operations(recording::Reader& recording, std::int64_t pid, std::size_t most) {
  Gathering gathering(recording.world(), pid, most);
  model::Cursor cursor;
  recording.read(cursor, gathering);
  return gathering.take();
}

}  // namespace ajar::session
