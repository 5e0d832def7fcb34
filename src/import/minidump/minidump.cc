#include "import/minidump/minidump.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "import/minidump/handle_table.h"
#include "import/minidump/modules.h"
#include "import/minidump/operations.h"
#include "import/minidump/texts.h"
#include "objfile/minidump.h"

namespace ajar::import {
namespace {

using std::chrono::seconds;

constexpr model::Time kUnknownLife = seconds(1);  // of a process of which nobody knows when it began

std::string processor_name(objfile::MinidumpProcessor processor) {
  using enum objfile::MinidumpProcessor;
  switch (processor) {
    case x86:
      return " x86";
    case arm:
      return " arm";
    case x86_64:
      return " x86_64";
    case arm64:
      return " arm64";
    case unknown:
      break;
  }
  return {};
}

// "Windows 10.0.22631 x86_64"
std::string system_name(const objfile::MinidumpSystem& system) {
  if (system == objfile::MinidumpSystem()) return "Windows";
  return fmt::format("Windows {}.{}.{}{}", system.major, system.minor, system.build,
                     processor_name(system.processor));
}

model::Time life_of(const objfile::Minidump& dump) {
  const std::uint32_t created = dump.process().created;
  if (created == 0 || created > dump.written()) return kUnknownLife;
  return seconds(std::max(dump.written() - created, 1U));
}

void tell_origin(const objfile::Minidump& dump, model::Time life, model::World& world) {
  world.origin.way = model::Origin::kMinidump;
  world.origin.system = system_name(dump.system());
  const model::Time written = seconds(dump.written());
  world.origin.started_unix_ns = (written - std::min(written, life)).count();
}

// The process, without its image's path.
model::ProcessRows add_rows(const objfile::Minidump& dump, model::World& world) {
  const objfile::MinidumpProcess& told = dump.process();
  const model::ProcessRows rows = model::add_process(world, told.pid, {});
  if (told.created <= dump.written()) world.processes.find(rows.process)->start_ticks = told.created;
  for (std::size_t i = 0; i < dump.thread_count(); ++i) {
    world.threads.add(
        {.id = world.threads.next_id(), .process = rows.process, .tid = dump.thread(i).id, .name = {}});
  }
  return rows;
}

}  // namespace

bool is_minidump(std::span<const std::byte> bytes) {
  return objfile::Minidump::is_minidump(bytes);
}

base::Result<model::Time> read_minidump(const Input& input, model::World& world, recording::Writer& writer) {
  const auto parsed = objfile::Minidump::parse(input.bytes);
  if (!parsed.ok()) return parsed.error();
  const objfile::Minidump& dump = parsed.value();
  if (!dump.has_handles()) {
    return base::Error(
        "the dump has no handle data; take one that has: '.dump /mh FILE' in WinDbg, or 'procdump -ma PID'");
  }
  const model::Time life = life_of(dump);
  tell_origin(dump, life, world);
  const model::ProcessRows on = add_rows(dump, world);
  Texts texts(dump, input.bytes.size());
  const auto modules = read_modules(dump, texts, on.image, life, world);
  if (!modules.ok()) return modules.error();
  if (const model::Module* first = world.modules.find(model::ModuleId{1}); first != nullptr)
    world.images.find(on.image)->path = first->path;
  auto table = read_handle_table(dump, texts);
  if (!table.ok()) return std::move(table).error();
  model::Snapshot snapshot;
  snapshot.table = on.table;
  snapshot.image = on.image;
  snapshot.taken = model::Snapshot::Taken::on_request;
  snapshot.begin = snapshot.end = life;
  snapshot.handles = std::move(table).value();
  if (auto written = write_operations(dump, on, modules.value(), snapshot.handles, life, world, writer);
      !written.ok())
    return std::move(written).error();
  if (auto written = writer.snapshot(snapshot); !written.ok()) return std::move(written).error();
  return life;
}

}  // namespace ajar::import
