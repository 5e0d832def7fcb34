#pragma once

#include <stdint.h>

#include "wire/wire.h"

namespace ajar::ring {

// Where the parts of a segment lie, each on pages of its own. Freestanding.
struct Layout {
  uint32_t lane_cells, nodes;
  uint64_t ring_offset, nodes_offset, size;  // bytes
};

constexpr uint64_t page_up(uint64_t n) {
  constexpr uint64_t kPage = 4096;
  return (n + kPage - 1) & ~(kPage - 1);
}

// For so many cells in each lane, and stack nodes.
constexpr Layout layout_of(uint32_t lane_cells, uint32_t nodes) {
  const uint64_t ring = page_up(sizeof(ajar_segment));
  const uint64_t at = page_up(ring + uint64_t{lane_cells} * AJAR_LANES * AJAR_CELL);
  return {lane_cells, nodes, ring, at, page_up(at + uint64_t{nodes} * sizeof(ajar_node))};
}

// Writes that into a new segment's header, all but the magic.
inline void describe(ajar_segment& segment, const Layout& layout) {
  segment.version = AJAR_WIRE_VERSION;
  segment.layout = sizeof(ajar_segment);
  segment.size = layout.size;
  segment.ring_offset = layout.ring_offset;
  segment.nodes_offset = layout.nodes_offset;
  segment.lane_cells = layout.lane_cells;
  segment.nodes_capacity = layout.nodes;
}

// All cells have memory from the start.
inline void give_all_cells(ajar_segment& segment) {
  for (ajar_lane& lane : segment.lanes) lane.cells = segment.lane_cells | AJAR_CELLS_STAY;
}

}  // namespace ajar::ring
