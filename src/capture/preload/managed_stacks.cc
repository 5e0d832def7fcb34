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

std::vector<std::uint32_t> weave(std::span<const Strand> native, std::span<const Strand> managed, bool whole) {
  const auto runs = activations(managed);
  const auto joints = static_cast<std::size_t>(std::ranges::count_if(native, &Strand::joint));
  const std::size_t without = whole && joints > runs.size() ? joints - runs.size() : 0;
  std::size_t met = 0;
  std::size_t next = 0;
  std::vector<std::uint32_t> woven;
  const auto append = [&](std::size_t up_to) {
    for (; next < std::min(up_to, runs.size()); ++next) {
      for (const Strand& strand : runs[next]) woven.push_back(strand.node);
    }
  };
  for (std::size_t i = 0; i < native.size(); ++i) {
    if (!whole && i + 1 == native.size()) append(runs.size());
    if (!native[i].joint || met++ < without) {
      woven.push_back(native[i].node);
      continue;
    }
    const std::size_t before = next;
    const std::size_t left = joints - met;
    append(whole ? runs.size() - std::min(left, runs.size()) : next + 1);
    if (next == before) woven.push_back(native[i].node);
  }
  append(runs.size());
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

std::vector<std::uint32_t> ManagedStacks::weave(std::uint32_t native, std::uint32_t managed) const {
  std::vector<Strand> of_native;
  bool whole = true;
  for (const std::uint32_t node : path(native)) {
    const std::uint32_t kind = kind_of(nodes_[node]);
    of_native.push_back({.node = node, .joint = kind == AJAR_NODE_RUNS_MANAGED});
    whole = kind != AJAR_NODE_CUT && kind != AJAR_NODE_NO_UNWIND;
  }
  std::vector<Strand> of_managed;
  for (const std::uint32_t node : path(managed)) {
    of_managed.push_back(
        {.node = node, .joint = is_managed(nodes_[node]) && AJAR_MANAGED_ENTERS(nodes_[node].pc)});
  }
  return preload::weave(of_native, of_managed, whole);
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
