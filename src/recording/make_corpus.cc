// Writes the fuzz target's first inputs into a folder, one file each: make_corpus FOLDER. Those in the source
// tree are kept as they are when the format grows: they are also what old recordings look like.

#include <fstream>
#include <iostream>
#include <string>

#include "recording/example.h"
#include "recording/memory_sink.h"
#include "recording/random_session.h"

namespace {

using namespace ajar;
using namespace ajar::recording;

void save(const std::string& path, std::span<const std::byte> bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

// Anything that the model can say; random, so that nothing of it is packed.
std::vector<std::byte> session() {
  MemorySink sink;
  RandomSession session(22, sink, {.segment_bytes = 1'500, .pack_from = kNeverPack});
  for (int i = 0; i < 60; ++i) session.step();
  session.finish();
  return {sink.bytes().begin(), sink.bytes().end()};
}

// Short segments of what packs well.
std::vector<std::byte> packed() {
  const model::World world = example_world();
  MemorySink sink;
  Writer writer(world, sink, {.segment_bytes = 1'500, .pack_from = 0});
  model::Event event = example_open();
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    event.handle = 3 + i % 7;
    event.kind = i % 5 < 3 ? model::EventKind::open : model::EventKind::close;
    event.time += model::Time(1'000);
    static_cast<void>(writer.event(event));
    if (i % 100 == 0) static_cast<void>(writer.snapshot(example_snapshot()));
  }
  static_cast<void>(writer.finish(event.time));
  return {sink.bytes().begin(), sink.bytes().end()};
}

std::vector<std::byte> marked() {
  model::World world = example_world();
  MemorySink sink;
  Writer writer(world, sink, {.segment_bytes = 64, .pack_from = kNeverPack});
  model::Event event = example_open();
  for (const char* label : {"mark-1", "before-login", ""}) {
    event.time += model::Time(1'000'000);
    static_cast<void>(writer.event(event));
    const model::MarkId id = world.marks.next_id();
    static_cast<void>(writer.marked(world.marks.add({.id = id, .label = label, .time = event.time})));
  }
  static_cast<void>(writer.finish(event.time));
  return std::move(sink).take();
}

std::vector<std::byte> system_log() {
  const model::World world = example_world();
  MemorySink sink;
  Writer writer(world, sink, {.pack_from = kNeverPack});
  model::SystemLog log = example_system_log();
  for (int i = 0; i < 3; ++i) {
    log.events.push_back(log.events.front());
    static_cast<void>(writer.system_log(log));
  }
  static_cast<void>(writer.finish(log.until));
  return std::move(sink).take();
}

std::vector<std::byte> shared() {
  const model::World world = example_world();
  MemorySink sink;
  Writer writer(world, sink, {.pack_from = kNeverPack});
  model::Snapshot snapshot = example_snapshot();
  snapshot.shared = {{.other = {1}, .type = "tcp socket", .count = 790},
                     {.other = {1}, .type = "", .count = 0}};
  static_cast<void>(writer.snapshot(snapshot));
  snapshot.counts = {{.type = "tcp socket", .count = 990}};
  static_cast<void>(writer.snapshot(snapshot));
  snapshot.shared.clear();
  static_cast<void>(writer.snapshot(snapshot));
  static_cast<void>(writer.finish(snapshot.end));
  return std::move(sink).take();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: make_corpus FOLDER\n";
    return 2;
  }
  const std::string folder = std::string(argv[1]) + "/";
  const auto example = example_recording();
  auto damaged = example_recording(64);
  save(folder + "intact-example", example);
  save(folder + "intact-short-segments", damaged);
  damaged[300] ^= std::byte{4};
  save(folder + "damaged", damaged);
  save(folder + "cut", std::span(example).first(500));
  save(folder + "intact-session", session());
  save(folder + "intact-packed", packed());
  save(folder + "intact-marked", marked());
  save(folder + "intact-system-log", system_log());
  save(folder + "intact-shared", shared());
  return 0;
}
