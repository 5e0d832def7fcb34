#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "capture/testing/made_segment.h"

// For fuzz targets.
namespace ajar::capture::testing {

// A victim may write anything into the memory that it shares with ajar. The input is the cells of three
// lanes, then the stack nodes; every cell gets the stamp of a whole record, so that the decoders see all of
// it.
inline void fill(MadeSegment& segment, const std::uint8_t* data, std::size_t size) {
  std::span<const std::byte> rest = std::as_bytes(std::span(data, size));
  const auto take = [&rest](std::span<std::byte> to) {
    const std::size_t count = std::min(rest.size(), to.size());
    std::ranges::copy(rest.first(count), to.begin());
    rest = rest.subspan(count);
  };
  struct Share {
    std::uint32_t lane, cells;
  };
  for (const Share share : {Share{1, 64}, Share{2, 32}, Share{AJAR_IMAGE_LANE, 32}}) {
    take(segment.lane(share.lane).first(std::size_t{share.cells} * AJAR_CELL));
    for (std::uint32_t cell = 0; cell < share.cells; ++cell) {
      const std::uint32_t stamp = cell + 1;
      std::memcpy(segment.lane(share.lane).data() + std::size_t{cell} * AJAR_CELL, &stamp, sizeof(stamp));
    }
    segment.header().lanes[share.lane].head = share.cells;
  }
  take(segment.nodes());
  segment.header().nodes_used = MadeSegment::kNodes;
}

}  // namespace ajar::capture::testing
