#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "model/world.h"

namespace ajar::capture {

// One frame of a path, on the way to being woven with another path's: the row that ends with it. `joint`: of
// the processor's stack, that the frame is an activation of an interpreter's loop; of a runtime's own, that
// it is the outermost of those that one activation runs. `marker`: no frame, but the word that some are
// missing.
struct Strand {
  model::StackId row;
  bool joint = false;
  bool marker = false;
};

// Both paths as one, innermost first: the frames that an activation runs stand in its place. A native path
// that reaches to the program's beginning is matched from its outermost frame on. What is further in than a
// marker in it is matched from the innermost frame on, and managed frames that are left stand before the
// marker. Where the managed path is `cut`, all of the native one is, and no row stands for what is missing.
std::vector<model::StackId> weave(std::span<const Strand> native, std::span<const Strand> managed,
                                  bool cut = false);

// The stacks of a process that have frames of the processor's and of a runtime's own, which the agent tells
// of as two paths.
class ManagedStacks {
 public:
  struct Name {
    model::StringId function, file;
    std::uint32_t line = 0;
  };

  // What the process that this one was forked from knew.
  void inherit(const ManagedStacks& parent);

  void name(std::uint32_t place, const Name& name) { names_[place] = name; }
  [[nodiscard]] model::Frame frame_at(std::uint32_t place) const;
  void is_joint(model::StackId row) { joints_.insert(row); }

  // Two stacks that are one. `cut`: the managed one goes on.
  struct Pair {
    model::StackId native, managed;
    bool cut = false;
  };

  // The two as one stack of the world, whose rows `add` adds. Only the native one where a victim wrote more
  // than an agent does.
  template <typename Add>
  model::StackId woven(const model::World& world, const Pair& pair, Add&& add) {
    const auto [at, is_new] =
        (pair.cut ? cut_ : woven_).try_emplace(key(pair.native, pair.managed), pair.native);
    if (!is_new) return at->second;
    model::StackId stack;
    for (const model::StackId row : weave_rows(world, pair)) {
      model::StackId& caller = callers_[key(stack, row)];
      if (caller.none()) caller = add(model::StackNode{.callee = stack, .frame = frame_of(world, row)});
      stack = caller;
    }
    if (!stack.none()) at->second = stack;
    return at->second;
  }

 private:
  [[nodiscard]] std::vector<model::StackId> weave_rows(const model::World& world, const Pair& pair) const;
  [[nodiscard]] static model::Frame frame_of(const model::World& world, model::StackId row);
  [[nodiscard]] std::vector<Strand> strands(const model::World& world, model::StackId stack) const;
  static std::uint64_t key(model::StackId first, model::StackId second) {
    return (std::uint64_t{first.value} << 32U) | second.value;
  }

  std::unordered_map<std::uint32_t, Name> names_;  // of places
  std::unordered_set<model::StackId> joints_;
  std::unordered_map<std::uint64_t, model::StackId> woven_, cut_;  // by both stacks
  std::unordered_map<std::uint64_t, model::StackId>
      callers_;  // by the woven callee and the row that was woven in
};

}  // namespace ajar::capture
