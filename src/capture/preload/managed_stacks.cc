#include "capture/preload/managed_stacks.h"

#include <algorithm>

namespace ajar::capture::preload {
namespace {

// The frames that each activation runs, the innermost activation's first.
std::vector<std::span<const Strand>> activations(std::span<const Strand> managed) {
  std::vector<std::span<const Strand>> all;
  while (!managed.empty()) {
    const auto last = std::ranges::find_if(managed, &Strand::joint);
    const auto end = last == managed.end() ? last : last + 1;
    const auto count = static_cast<std::size_t>(end - managed.begin());
    all.push_back(managed.first(count));
    managed = managed.subspan(count);
  }
  return all;
}

model::Frame marker(model::Marker what) {
  model::Frame frame;
  frame.kind = model::FrameKind::marker;
  frame.marker = what;
  frame.after_call = false;
  return frame;
}

}  // namespace

std::vector<std::uint32_t> weave(std::span<const Strand> native, std::span<const Strand> managed) {
  const auto runs = activations(managed);
  const auto marker = std::ranges::find_if(native, &Strand::marker);
  const bool whole = marker == native.end();
  // Joints that are matched from the outermost on, and how many of them there are more than runs.
  auto left = static_cast<std::size_t>(std::count_if(whole ? native.begin() : marker, native.end(),
                                                     [](const Strand& strand) { return strand.joint; }));
  std::size_t without = left - std::min(left, runs.size());
  std::size_t next = 0;
  std::vector<std::uint32_t> woven;
  const auto append_up_to = [&](std::size_t end) {
    const std::size_t before = next;
    for (; next < std::min(end, runs.size()); ++next) {
      for (const Strand& strand : runs[next]) woven.push_back(strand.node);
    }
    return next != before;
  };
  bool from_innermost = !whole;
  for (const Strand& strand : native) {
    if (strand.marker && from_innermost) {
      append_up_to(runs.size() - std::min(left, runs.size()));
      from_innermost = false;
    }
    bool replaced = false;
    if (strand.joint && from_innermost) {
      replaced = append_up_to(std::min(next + 1, runs.size() - std::min(left, runs.size())));
    } else if (strand.joint) {
      --left;
      if (without != 0) {
        --without;
      } else {
        replaced = append_up_to(runs.size() - left);
      }
    }
    if (!replaced) woven.push_back(strand.node);
  }
  append_up_to(runs.size());
  return woven;
}

void ManagedStacks::inherit(const ManagedStacks& parent) {
  nodes_ = parent.nodes_;
  names_ = parent.names_;
  woven_ = parent.woven_;
  callers_ = parent.callers_;
}

void ManagedStacks::name(std::uint32_t place, const Name& name) {
  names_[place] = name;
}

model::Frame ManagedStacks::frame(std::uint32_t node) const {
  if (node >= nodes_.size()) return marker(model::Marker::unseen);
  if (!is_managed(nodes_[node])) return marker(model::Marker::cut);
  const auto name = names_.find(static_cast<std::uint32_t>(AJAR_MANAGED_PLACE(nodes_[node].pc)));
  if (name == names_.end()) return marker(model::Marker::unseen);
  model::Frame frame;
  frame.kind = model::FrameKind::managed;
  frame.function = name->second.function;
  frame.file = name->second.file;
  frame.line = name->second.line;
  return frame;
}

// Innermost first.
std::vector<std::uint32_t> ManagedStacks::path(std::uint32_t node) const {
  std::vector<std::uint32_t> path;
  while (node != 0 && node < nodes_.size() && kind_of(nodes_[node]) != AJAR_NODE_ROOT) {
    path.push_back(node);
    const std::uint32_t callee = nodes_[node].callee;
    if (callee >= node) break;  // a victim may write anything
    node = callee;
  }
  std::ranges::reverse(path);
  return path;
}

std::vector<Strand> ManagedStacks::strands(std::uint32_t node) const {
  std::vector<Strand> strands;
  for (const std::uint32_t at : path(node)) {
    const std::uint32_t kind = kind_of(nodes_[at]);
    strands.push_back({.node = at,
                       .joint = kind == AJAR_NODE_RUNS_MANAGED ||
                                (kind == AJAR_NODE_MANAGED && AJAR_MANAGED_ENTERS(nodes_[at].pc)),
                       .marker = kind == AJAR_NODE_CUT || kind == AJAR_NODE_NO_UNWIND});
  }
  return strands;
}

std::vector<std::uint32_t> ManagedStacks::weave(std::uint32_t native, std::uint32_t managed) const {
  return preload::weave(strands(native), strands(managed));
}

model::StackId ManagedStacks::find(std::uint32_t native, std::uint32_t managed) const {
  const auto at = woven_.find(key(native, managed));
  return at == woven_.end() ? model::StackId{} : at->second;
}

void ManagedStacks::keep(std::uint32_t native, std::uint32_t managed, model::StackId stack) {
  woven_[key(native, managed)] = stack;
}

model::StackId ManagedStacks::find_caller(model::StackId callee, std::uint32_t node) const {
  const auto at = callers_.find(key(callee.value, node));
  return at == callers_.end() ? model::StackId{} : at->second;
}

void ManagedStacks::keep_caller(model::StackId callee, std::uint32_t node, model::StackId caller) {
  callers_[key(callee.value, node)] = caller;
}

}  // namespace ajar::capture::preload
