#include "import/minidump/operations.h"

#include <map>
#include <utility>

#include "import/minidump/operation_order.h"

namespace ajar::import {
namespace {

using Kind = objfile::MinidumpOperation::Kind;

}  // namespace

base::Result<void> write_operations(const objfile::Minidump& dump, const model::ProcessRows& on,
                                    const model::CodeRanges& code, std::span<const model::Handle> table,
                                    model::Time end, model::World& world, recording::Writer& writer) {
  const std::size_t count = dump.operation_count();
  const bool latest_first = is_latest_first(dump, table);
  model::AddressStacks stacks(world);
  model::ThreadRows threads(on, world);
  for (std::size_t i = 0; i < count; ++i) {
    const objfile::MinidumpOperation operation = dump.operation(latest_first ? count - 1 - i : i);
    if (operation.kind < Kind::open || operation.kind > Kind::bad_reference) continue;
    model::Event event;
    event.kind = operation.kind == Kind::open    ? model::EventKind::open
                 : operation.kind == Kind::close ? model::EventKind::close
                                                 : model::EventKind::bad_reference;
    event.table = on.table;
    event.image = on.image;
    event.thread = threads.of(operation.process, operation.thread);
    const auto place = static_cast<model::Time::rep>(i + 1);
    event.time = end / 2 / static_cast<model::Time::rep>(count + 1) * place;
    event.handle = operation.handle;
    if (operation.kind == Kind::bad_reference) event.error = model::kInvalidHandle;
    event.stack = stacks.add(operation.frames, threads.is_own(operation.process) ? &code : nullptr);
    if (auto written = writer.event(event); !written.ok()) return written;
  }
  return {};
}

}  // namespace ajar::import
