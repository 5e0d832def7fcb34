#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <string_view>

#include "capture/preload/session_folder.h"
#include "ring/layout.h"
#include "ring/producer.h"
#include "wire/wire.h"

namespace ajar::capture::testing {

// A small segment as an agent would make it, in memory of its own.
class MadeSegment {
 public:
  static constexpr std::uint32_t kCells = 128;  // in each lane
  static constexpr std::uint32_t kNodes = 64;
  static constexpr ring::Layout kLayout = ring::layout_of(kCells, kNodes);

  MadeSegment() {
    void* at = mmap(nullptr, kLayout.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    bytes_ = {static_cast<std::byte*>(at), kLayout.size};
    ajar_segment& h = header();
    ring::describe(h, kLayout);
    ring::give_all_cells(h);
    h.pid = 42;
    h.magic = AJAR_WIRE_MAGIC;
  }

  ajar_segment& header() { return *reinterpret_cast<ajar_segment*>(bytes_.data()); }
  std::span<std::byte> lane(std::uint32_t number) {
    constexpr std::size_t kBytes = std::size_t{kCells} * AJAR_CELL;
    return bytes_.subspan(kLayout.ring_offset + number * kBytes, kBytes);
  }
  std::span<std::byte> nodes() { return bytes_.subspan(kLayout.nodes_offset); }

  void add_node(std::uint64_t pc, std::uint32_t callee, std::uint32_t generation, ajar_node_kind kind) {
    const ajar_node node{pc, callee, (generation << 8U) | static_cast<std::uint32_t>(kind)};
    std::memcpy(nodes().data() + header().nodes_used * sizeof(node), &node, sizeof(node));
    ++header().nodes_used;
  }

  // A record with what comes after its fixed part. Modules and places go where the agent puts them, in any
  // case.
  template <typename Record>
  void add(Record record, ajar_record_kind kind, std::string_view rest = {}, std::uint32_t lane = 1) {
    const bool of_image =
        kind == AJAR_RECORD_MODULE || kind == AJAR_RECORD_MODULE_GONE || kind == AJAR_RECORD_PLACE;
    ring::Producer producer(&header(), of_image ? AJAR_IMAGE_LANE : lane);
    const auto bytes = static_cast<std::uint32_t>(sizeof(Record) + rest.size());
    ajar_record* at = producer.reserve(bytes, kind, record.record.time);
    record.record = *at;
    std::memcpy(at, &record, sizeof(record));
    std::ranges::copy(rest, reinterpret_cast<char*>(at) + sizeof(record));
    producer.commit(at);
  }

  // The memory, to be owned by somebody else.
  preload::SharedMemory give() { return preload::SharedMemory(bytes_); }

 private:
  std::span<std::byte> bytes_;
};

}  // namespace ajar::capture::testing
