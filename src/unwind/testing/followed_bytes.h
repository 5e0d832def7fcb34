#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "unwind/followed_code.h"

namespace ajar::unwind::testing {

// What code of a size is followed in.
struct FollowedRoom {
  FollowedRoom(std::size_t size, std::size_t call_capacity, std::size_t frame_capacity)
      : cells(size), marks(size), queue(size), calls(call_capacity), frames(frame_capacity) {}

  FollowMemory memory() {
    FollowMemory places;
    places.cells = cells.data();
    places.marks = marks.data();
    places.queue = queue.data();
    places.calls = calls.data();
    places.frames = frames.data();
    places.buckets = buckets.data();
    places.call_capacity = static_cast<std::uint32_t>(calls.size());
    places.frame_capacity = static_cast<std::uint32_t>(frames.size());
    places.bucket_count = static_cast<std::uint32_t>(buckets.size());
    return places;
  }

  std::vector<std::uint16_t> cells;
  std::vector<std::uint8_t> marks;
  std::vector<std::uint32_t> queue;
  std::vector<FollowedCall> calls;
  std::vector<FollowedFrame> frames;
  std::vector<std::uint16_t> buckets = std::vector<std::uint16_t>(2048);
};

inline CodeToFollow code_of(const std::vector<std::uint8_t>& bytes, std::vector<FollowedFunction>& functions,
                            std::uint32_t entry) {
  return {bytes.data(), static_cast<std::uint32_t>(bytes.size()), functions.data(),
          static_cast<std::uint32_t>(functions.size()), entry};
}

// Code that is followed, with memory of its own.
struct FollowedBytes {
  explicit FollowedBytes(const std::vector<std::uint8_t>& code,
                         std::vector<FollowedFunction> known = {{0, 0, false}},
                         std::uint32_t entry = UINT32_MAX,
                         const std::vector<std::uint16_t>& cells_before = {})
      : bytes(code),
        functions(std::move(known)),
        room(code.size(), code.size(), 256),
        followed(code_of(bytes, functions, entry), room.memory()) {
    std::ranges::copy(cells_before, room.cells.begin());
    followed.run();
  }
  FollowedBytes(const FollowedBytes&) = delete;
  FollowedBytes& operator=(const FollowedBytes&) = delete;
  ~FollowedBytes() = default;

  // The row in which the offset is; NONE where there is none.
  [[nodiscard]] ajar_rule at(std::uint32_t offset) const {
    FollowedCode::Row row;
    ajar_rule rule{};
    for (std::uint32_t from = 0; followed.next_row(from, row) && row.begin <= offset; from = row.begin + 1)
      rule = offset < row.end ? row.rule : ajar_rule{};
    return rule;
  }

  std::vector<std::uint8_t> bytes;
  std::vector<FollowedFunction> functions;
  FollowedRoom room;
  FollowedCode followed;
};

}  // namespace ajar::unwind::testing
