// What ajar itself needs for an event: fills a ring as an agent would, reads it into a recording and the
// analysis, and prints the processor's time for an event, beside that of copying the ring's cells.
//
//   read_events [EVENTS]
//
// Calmly, as when processors are free; and in a hurry, when analysis and packing wait. Two threads' pairs of
// open and close, along 16 stacks, as open_close makes them, with the processor's counter as their time.
#include <sys/mman.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "capture/preload/linux_segment.h"
#include "ring/producer.h"
#include "session/live_recorder.h"

namespace {

using namespace ajar;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kCells = 1U << 13U;  // in each lane
constexpr std::uint32_t kNodes = 4096;
constexpr std::uint32_t kStacks = 16, kDepth = 14;
constexpr std::uint64_t kRingAt = 4096;
constexpr std::uint64_t kNodesAt = kRingAt + std::uint64_t{kCells} * AJAR_LANES * AJAR_CELL;
constexpr std::uint64_t kSize = kNodesAt + std::uint64_t{kNodes} * sizeof(ajar_node);

std::span<std::byte> make_segment() {
  void* at = mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) std::abort();
  auto* segment = static_cast<ajar_segment*>(at);
  segment->version = AJAR_WIRE_VERSION;
  segment->layout = sizeof(ajar_segment);
  segment->size = kSize;
  segment->ring_offset = kRingAt;
  segment->nodes_offset = kNodesAt;
  segment->lane_cells = kCells;
  for (ajar_lane& lane : segment->lanes) lane.cells = kCells | AJAR_CELLS_STAY;
  segment->nodes_capacity = kNodes;
  segment->clock = AJAR_CLOCK_COUNTER;
  segment->magic = AJAR_WIRE_MAGIC;
  return {static_cast<std::byte*>(at), kSize};
}

// The outermost node's number of each stack.
std::vector<std::uint32_t> add_stacks(ajar_segment& segment, std::byte* nodes) {
  std::vector<std::uint32_t> stacks;
  for (std::uint32_t stack = 0; stack < kStacks; ++stack) {
    std::uint32_t callee = 0;
    for (std::uint32_t frame = 0; frame < kDepth; ++frame) {
      const ajar_node node{0x400000 + stack * 4096 + frame * 16, callee, (1U << 8U) | AJAR_NODE_CALL};
      std::memcpy(nodes + segment.nodes_used * sizeof(node), &node, sizeof(node));
      callee = ++segment.nodes_used;
    }
    stacks.push_back(callee);
  }
  return stacks;
}

class Writer {
 public:
  explicit Writer(std::span<std::byte> memory)
      : segment_(reinterpret_cast<ajar_segment*>(memory.data())),
        stacks_(add_stacks(*segment_, memory.data() + kNodesAt)) {}

  void pair(std::uint32_t number) {
    static constexpr std::string_view kPaths[] = {"/tmp/open_close-a1B2c3", "/tmp/open_close-x7Y8z9"};
    const std::uint32_t stack = stacks_[number / 2 % kStacks];
    const std::uint32_t thread = number % 2;
    event(AJAR_EFFECT_OPEN, thread, stack, 1, kPaths[thread]);
    event(AJAR_EFFECT_CLOSE, thread, stack, 24, {});
  }

 private:
  void event(ajar_effect effect, std::uint32_t thread, std::uint32_t stack, std::uint16_t entry,
             std::string_view path) {
    ring::Producer producer(segment_, 1 + thread);
    ajar_record* record = producer.reserve(static_cast<std::uint32_t>(sizeof(ajar_event) + path.size()),
                                           AJAR_RECORD_EVENT, __builtin_ia32_rdtsc());
    if (record == nullptr) std::abort();
    ajar_event event{};
    event.record = *record;
    event.tid = 1000 + thread;
    event.stack = stack;
    event.handle = static_cast<ajar_s32>(3 + thread);
    event.entry = entry;
    event.effect = static_cast<ajar_u8>(effect);
    event.payload = path.empty() ? AJAR_PAYLOAD_NONE : AJAR_PAYLOAD_TEXT;
    event.payload_length = static_cast<ajar_u16>(path.size());
    std::memcpy(record, &event, sizeof(event));
    std::memcpy(reinterpret_cast<char*>(record) + sizeof(event), path.data(), path.size());
    producer.commit(record);
  }

  ajar_segment* segment_;
  std::vector<std::uint32_t> stacks_;
};

capture::segment::Identity add_identity(model::World& world) {
  model::Process process;
  process.id = world.processes.next_id();
  model::Table table;
  table.id = world.tables.next_id();
  model::Image image;
  image.id = world.images.next_id();
  image.process = world.processes.add(std::move(process));
  image.table = world.tables.add(table);
  return {image.process, world.images.add(image), image.table};
}

// Any failure ends the program: there is nothing to measure then.
template <typename T>
T must(base::Result<T> result) {
  if (result.ok()) return std::move(result).value();
  std::fprintf(stderr, "read_events: %s\n", result.error().message().c_str());
  std::exit(1);
}

struct Cost {
  Clock::duration reading{}, copying{};
};

Cost measure(std::uint32_t events, bool hurry) {
  std::array<char, 32> path = {"/tmp/read_events-XXXXXX"};
  if (mkstemp(path.data()) < 0) std::abort();
  session::LiveRecorder recorder(must(platform::FileSink::create(path.data())), {}, {});
  recorder.hurry(hurry);
  const std::span<std::byte> memory = make_segment();
  capture::segment::CounterClock counter;
  capture::preload::LinuxSegment reader(capture::preload::SharedMemory(memory),
                                        must(ring::Consumer::open(memory)), nullptr, recorder, counter);
  reader.belongs_to(add_identity(recorder.world()));
  Writer writer(memory);

  constexpr std::uint32_t kPairs = 5000;  // in a look
  std::vector<std::byte> copy(std::size_t{2} * kPairs * AJAR_CELL);
  Cost cost;
  for (std::uint32_t done = 0; done < events; done += 2 * kPairs) {
    for (std::uint32_t i = 0; i < kPairs; ++i) writer.pair(i);
    const auto begin = Clock::now();
    std::memcpy(copy.data(), memory.data() + kRingAt, copy.size());
    const auto copied = Clock::now();
    reader.read(false);
    recorder.flush_if_due();
    cost.reading += Clock::now() - copied;
    cost.copying += copied - begin;
  }
  if (recorder.finish().processes.size() != 1) std::abort();
  remove(path.data());
  return cost;
}

}  // namespace

int main(int argc, char** argv) {
  const auto events = argc > 1 ? static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10)) : 1'000'000;
  for (const bool hurry : {false, true}) {
    const Cost cost = measure(events, hurry);
    std::printf("%-10s %6.1f ns per event, %5.1f times copying its cell\n", hurry ? "in a hurry" : "calmly",
                static_cast<double>(cost.reading.count()) / events,
                static_cast<double>(cost.reading.count()) / static_cast<double>(cost.copying.count()));
  }
}
