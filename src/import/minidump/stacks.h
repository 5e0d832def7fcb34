#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <tuple>

#include "import/minidump/modules.h"
#include "model/world.h"

namespace ajar::import {

// Puts stacks into the world, each once.
class Stacks {
 public:
  // Both have to outlive it.
  Stacks(const Modules& modules, model::World& world) : modules_(modules), world_(world) {}

  // Of return addresses, innermost first. None of those of another process is in a module of this one, though
  // it may look so. None for no addresses.
  model::StackId add(std::span<const std::uint64_t> addresses, bool of_this_process);

 private:
  using Key = std::tuple<model::StackId, std::uint64_t, bool>;  // the callee; as given to add()

  const Modules& modules_;
  model::World& world_;
  std::map<Key, model::StackId> known_;
};

}  // namespace ajar::import
