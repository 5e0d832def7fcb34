#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "capture/win_htrace/handle_traces.h"

namespace ajar::capture::win_htrace {

// Tells which traces of a process are new, from one look at its ring to the next: those before the ones that
// were seen last. What a process does over and over, with the same numbers and the same code, leaves equal
// traces; where all that the ring holds is one such row, nobody can say how often it was done again, and as
// few rounds as possible are taken for new.
class SeenTraces {
 public:
  // `slots`: so many traces the ring was asked to hold.
  explicit SeenTraces(std::size_t slots) : slots_(slots) {}

  // So many it can hold, as far as it has been seen full.
  [[nodiscard]] std::size_t slots() const { return slots_; }

  struct New {
    std::size_t count = 0;  // the first so many of the traces
    // None of those that were seen before is there any more: between them and these may have been others.
    bool has_gap = false;
  };
  New look(const HandleTraces& traces);

 private:
  // How many of the last ones of these are those that were seen last.
  [[nodiscard]] std::size_t overlap(const std::vector<std::uint64_t>& now) const;

  std::size_t slots_;
  std::vector<std::uint64_t> seen_;  // fingerprints, the latest first
};

}  // namespace ajar::capture::win_htrace
