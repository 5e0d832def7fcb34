#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/stack.h"
#include "wire/wire.h"

namespace ajar::capture::preload {

// One frame of a path, on the way to being woven with another path's. `joint`: of the processor's stack, that
// the frame is an activation of an interpreter's loop; of a runtime's own, that it is the outermost of those
// that one activation runs. `marker`: no frame, but the word that some are missing.
struct Strand {
  std::uint32_t node = 0;
  bool joint = false;
  bool marker = false;

  bool operator==(const Strand&) const = default;
};

// Both paths as one, innermost first: the frames that an activation runs stand in its place. A native path
// that reaches to the program's beginning is matched from its outermost frame on. What is further in than a
// marker in it is matched from the innermost frame on, and managed frames that are left stand before the
// marker.
std::vector<std::uint32_t> weave(std::span<const Strand> native, std::span<const Strand> managed);

// The managed frames of a segment: what the agent's nodes and places come to.
class ManagedStacks {
 public:
  struct Name {
    model::StringId function, file;
    std::uint32_t line = 0;
  };

  static bool is_managed(const ajar_node& node) { return kind_of(node) == AJAR_NODE_MANAGED; }

  // What the process that this one was forked from knew.
  void inherit(const ManagedStacks& parent);
  // Nodes come in order; those up to `count` are the parent's, whether they are known or not.
  void have_nodes(std::size_t count) { nodes_.resize(count); }
  void keep(const ajar_node& node) { nodes_.push_back(node); }
  void name(std::uint32_t place, const Name& name);

  [[nodiscard]] model::Frame frame(std::uint32_t node) const;

  // The nodes of the two paths as one, innermost first.
  [[nodiscard]] std::vector<std::uint32_t> weave(std::uint32_t native, std::uint32_t managed) const;

  // What came of weaving: stacks by both nodes, and rows by their callee and the agent's node. None where it
  // is not known yet.
  [[nodiscard]] model::StackId find(std::uint32_t native, std::uint32_t managed) const;
  void keep(std::uint32_t native, std::uint32_t managed, model::StackId stack);
  [[nodiscard]] model::StackId find_caller(model::StackId callee, std::uint32_t node) const;
  void keep_caller(model::StackId callee, std::uint32_t node, model::StackId caller);

 private:
  static std::uint32_t kind_of(const ajar_node& node) { return node.generation_kind & 0xffU; }
  [[nodiscard]] std::vector<std::uint32_t> path(std::uint32_t node) const;
  [[nodiscard]] std::vector<Strand> strands(std::uint32_t node) const;
  using Stacks = std::unordered_map<std::uint64_t, model::StackId>;
  static std::uint64_t key(std::uint32_t first, std::uint32_t second) {
    return (std::uint64_t{first} << 32U) | second;
  }

  std::vector<ajar_node> nodes_{1};  // by the agent's node id
  std::unordered_map<std::uint32_t, Name> names_;
  Stacks woven_, callers_;
};

}  // namespace ajar::capture::preload
