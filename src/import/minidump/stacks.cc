#include "import/minidump/stacks.h"

namespace ajar::import {

model::StackId Stacks::add(std::span<const std::uint64_t> addresses, bool of_this_process) {
  model::StackId at;
  for (const std::uint64_t address : addresses) {
    const auto [known, is_new] = known_.try_emplace(Key(at, address, of_this_process));
    if (is_new) {
      model::Frame frame{.module = {}, .offset = address, .function = {}, .file = {}};
      if (of_this_process) frame = modules_.frame(address);
      known->second = world_.stacks.add({.callee = at, .frame = frame});
    }
    at = known->second;
  }
  return at;
}

}  // namespace ajar::import
