#include "objfile/minidump_operations.h"

#include <algorithm>
#include <optional>

namespace ajar::objfile {
namespace {

using Kind = MinidumpOperation::Kind;

std::optional<Kind> kind_of(model::EventKind kind) {
  switch (kind) {
    case model::EventKind::open:
    case model::EventKind::duplicate:
      return Kind::open;
    case model::EventKind::close:
      return Kind::close;
    case model::EventKind::bad_reference:
    case model::EventKind::bad_use:
      return Kind::bad_reference;
    default:
      return std::nullopt;
  }
}

// In the memory of its process.
std::optional<std::uint64_t> address_of(const model::World& world, const model::Frame& frame) {
  if (frame.kind != model::FrameKind::native || (frame.offset & model::Frame::kNoOffset) != 0)
    return std::nullopt;
  const model::Module* module = world.modules.find(frame.module);
  return module == nullptr ? frame.offset : frame.offset + module->bias;
}

MinidumpOperation operation_of(const model::World& world, const model::Event& event, Kind kind) {
  MinidumpOperation operation;
  operation.handle = event.handle;
  operation.kind = kind;
  if (const model::Thread* thread = world.threads.find(event.thread)) {
    operation.thread = static_cast<std::uint32_t>(thread->tid);
    if (const model::Process* process = world.processes.find(thread->process))
      operation.process = static_cast<std::uint32_t>(process->pid);
  }
  for (const model::Frame& frame : world.frames(event.stack)) {
    const auto address = address_of(world, frame);
    if (!address || operation.frames.size() == kMinidumpFrames) break;
    operation.frames.push_back(*address);
  }
  return operation;
}

}  // namespace

bool is_operation(model::EventKind kind) {
  return kind_of(kind).has_value();
}

std::vector<MinidumpOperation> operations_of(const model::World& world, model::TableId table,
                                             std::span<const model::Event> events) {
  std::vector<MinidumpOperation> operations;
  for (const model::Event& event : events) {
    const auto kind = kind_of(event.kind);
    if (event.table == table && kind) operations.push_back(operation_of(world, event, *kind));
  }
  std::ranges::reverse(operations);
  return operations;
}

}  // namespace ajar::objfile
