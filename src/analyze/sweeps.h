#pragma once

#include <cstdint>
#include <map>

#include "model/ids.h"

namespace ajar::analyze {

// Stacks that close one number after the other, up or down, open or not. A program that closes so many in a
// row does not care which of them are open.
class Sweeps {
 public:
  void on_bad_close(model::StackId stack, std::uint64_t handle) { runs_[stack].go_on(handle); }

  // A stack that never failed does not sweep; so most closes end here.
  void on_close(model::StackId stack, std::uint64_t handle) {
    if (runs_.empty()) return;
    if (const auto run = runs_.find(stack); run != runs_.end()) run->second.go_on(handle);
  }

  [[nodiscard]] bool has(model::StackId stack) const {
    const auto run = runs_.find(stack);
    return run != runs_.end() && run->second.longest >= sweep_length;
  }

 private:
  static constexpr std::uint32_t sweep_length = 8;

  struct Run {
    std::uint64_t last = 0, step = 0;  // a step back is a large number
    std::uint32_t length = 0, longest = 0;

    void go_on(std::uint64_t handle) {
      const std::uint64_t now = handle - last;
      const bool next_to_it = length > 0 && (now == 1 || now + 1 == 0);
      length = !next_to_it ? 1 : now == step ? length + 1 : 2;
      step = now;
      last = handle;
      if (length > longest) longest = length;
    }
  };

  std::map<model::StackId, Run> runs_;
};

}  // namespace ajar::analyze
