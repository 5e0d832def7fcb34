#include "recording/example.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>

#include "recording/memory_sink.h"
#include "recording/writer.h"

namespace ajar::recording {
namespace {

using std::chrono::milliseconds;

void add_stack(model::World& world) {
  const model::ModuleId module = world.modules.add({.id = world.modules.next_id(),
                                                    .image = model::ImageId{1},
                                                    .path = "/bin/a",
                                                    .build_id = "c0de",
                                                    .bias = 0x1000,
                                                    .begin = 0x1000,
                                                    .end = 0x3000,
                                                    .loaded = milliseconds(1),
                                                    .unloaded = {},
                                                    .package = {},
                                                    .version = {}});
  const auto frame = [&](std::uint64_t offset) {
    return model::Frame{.module = module, .offset = offset, .function = {}, .file = {}};
  };
  const model::StackId leaf = world.stacks.add({.callee = {}, .frame = frame(0x110)});
  world.stacks.add({.callee = leaf, .frame = frame(0x220)});
  world.symbols["build-id:c0de"][0x10f] = {
      {.match = model::SymbolMatch::exact, .function = "f", .displacement = 15, .file = "a.c", .line = 7}};
}

}  // namespace

model::World example_world() {
  model::World world;
  world.origin = {.recorded_by = "ajar",
                  .way = "preload",
                  .system = "Linux",
                  .host = "h",
                  .command = {"./a"},
                  .started_unix_ns = 1'000'000'000};
  const model::ProcessId process = world.processes.add({.id = model::ProcessId{1},
                                                        .pid = 41,
                                                        .start_ticks = 99,
                                                        .parent_pid = 40,
                                                        .started = milliseconds(1),
                                                        .ended = {},
                                                        .exit_status = {},
                                                        .killed_by_signal = {},
                                                        .not_traced = {}});
  const model::TableId table =
      world.tables.add({.id = model::TableId{1}, .copied_from = {}, .created = milliseconds(1), .died = {}});
  world.images.add({.id = model::ImageId{1},
                    .process = process,
                    .table = table,
                    .how = model::Image::Started::exec,
                    .path = "/bin/a",
                    .command = {"./a"},
                    .started = milliseconds(1),
                    .ended = {}});
  world.threads.add({.id = model::ThreadId{1}, .process = process, .tid = 41, .name = "a"});
  for (const char* text : {"open", "file", "/x"}) world.strings.add(text);
  add_stack(world);
  return world;
}

model::Event example_open() {
  return {.kind = model::EventKind::open,
          .table = model::TableId{1},
          .image = model::ImageId{1},
          .thread = model::ThreadId{1},
          .time = milliseconds(2),
          .handle = 3,
          .stack = model::StackId{2},
          .call = model::StringId{1},
          .type = model::StringId{2},
          .text = model::StringId{3},
          .flags = 2};
}

model::Snapshot example_snapshot() {
  return {.table = model::TableId{1},
          .image = model::ImageId{1},
          .taken = model::Snapshot::Taken::at_exit,
          .begin = milliseconds(3),
          .end = milliseconds(3),
          .handles = {{.value = 3,
                       .type = "file",
                       .name = "/x",
                       .facts = {{.key = model::FactKey::path, .text = "/x"},
                                 {.key = model::FactKey::inode, .number = 300, .text = {}}}}}};
}

model::Loss example_loss() {
  return {.image = model::ImageId{1}, .time = milliseconds(3), .events = 5};
}

model::CountSample example_count() {
  return {.process = model::ProcessId{1}, .time = milliseconds(3), .handles = 66'316};
}

model::SystemLog example_system_log() {
  return {.channel = "System",
          .host = "h",
          .looked_at = 300,
          .not_read = 1,
          .from = milliseconds(1),
          .until = milliseconds(3),
          .events = {{.time = milliseconds(3), .source = "srv", .id = 2020}}};
}

std::vector<std::byte> example_recording(std::uint64_t segment_bytes) {
  const model::World world = example_world();
  MemorySink sink;
  Writer writer(world, sink, {.segment_bytes = segment_bytes, .pack_from = kNeverPack});
  EXPECT_TRUE(writer.event(example_open()).ok());
  EXPECT_TRUE(writer.flush().ok());
  EXPECT_TRUE(writer.snapshot(example_snapshot()).ok());
  EXPECT_TRUE(writer.loss(example_loss()).ok());
  EXPECT_TRUE(writer.counts(std::array{example_count()}).ok());
  EXPECT_TRUE(writer.system_log(example_system_log()).ok());
  EXPECT_TRUE(writer.symbols("build-id:c0de").ok());
  EXPECT_TRUE(writer.finish(milliseconds(4)).ok());
  return {sink.bytes().begin(), sink.bytes().end()};
}

}  // namespace ajar::recording
