#include "capture/managed_stacks.h"

#include <algorithm>

namespace ajar::capture {
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

model::Frame marker_of(model::Marker what) {
  model::Frame frame;
  frame.kind = model::FrameKind::marker;
  frame.marker = what;
  frame.after_call = false;
  return frame;
}

}  // namespace

std::vector<model::StackId> weave(std::span<const Strand> native, std::span<const Strand> managed, bool cut) {
  const auto runs = activations(managed);
  const auto marker = cut ? native.end() : std::ranges::find_if(native, &Strand::marker);
  bool from_innermost = cut || marker != native.end();
  // Joints that are matched from the outermost on, and how many of them there are more than runs.
  auto left = static_cast<std::size_t>(std::count_if(from_innermost ? marker : native.begin(), native.end(),
                                                     [](const Strand& strand) { return strand.joint; }));
  std::size_t without = left - std::min(left, runs.size());
  const std::size_t of_innermost = runs.size() - std::min(left, runs.size());
  std::size_t next = 0;
  std::vector<model::StackId> woven;
  const auto append_up_to = [&](std::size_t end) {
    if (next >= std::min(end, runs.size())) return false;
    while (next < std::min(end, runs.size())) {
      for (const Strand& strand : runs[next]) woven.push_back(strand.row);
      ++next;
    }
    if (cut && next == runs.size()) woven.push_back({});
    return true;
  };
  for (auto strand = native.begin(); strand != native.end(); ++strand) {
    if (strand == marker) {
      append_up_to(of_innermost);
      from_innermost = false;
    }
    bool replaced = false;
    if (strand->joint && from_innermost) {
      replaced = append_up_to(std::min(next + 1, of_innermost));
    } else if (strand->joint) {
      --left;
      if (without != 0) {
        --without;
      } else {
        replaced = append_up_to(runs.size() - left);
      }
    }
    if (!replaced) woven.push_back(strand->row);
  }
  append_up_to(runs.size());
  return woven;
}

void ManagedStacks::inherit(const ManagedStacks& parent) {
  names_ = parent.names_;
  joints_ = parent.joints_;
}

model::Frame ManagedStacks::frame_at(std::uint32_t place) const {
  const auto name = names_.find(place);
  if (name == names_.end()) return marker_of(model::Marker::unseen);
  model::Frame frame;
  frame.kind = model::FrameKind::managed;
  frame.function = name->second.function;
  frame.file = name->second.file;
  frame.line = name->second.line;
  return frame;
}

// Innermost first. Empty where it is deeper than an agent follows a stack.
std::vector<Strand> ManagedStacks::strands(const model::World& world, model::StackId stack) const {
  constexpr std::size_t kMost = 1024;
  std::vector<Strand> strands;
  while (!stack.none()) {
    const model::StackNode* row = world.stacks.find(stack);
    if (row == nullptr || strands.size() == kMost) return {};
    strands.push_back({.row = stack,
                       .joint = joints_.contains(stack),
                       .marker = row->frame.kind == model::FrameKind::marker});
    stack = row->callee;
  }
  std::ranges::reverse(strands);
  return strands;
}

std::vector<model::StackId> ManagedStacks::weave_rows(const model::World& world, const Pair& pair) const {
  constexpr std::size_t kMostRows = std::size_t{1} << 20U;  // as many as an agent has nodes for, and more
  if (callers_.size() > kMostRows) return {};
  const std::vector<Strand> native = strands(world, pair.native);
  const std::vector<Strand> managed = strands(world, pair.managed);
  if (native.empty() || managed.empty()) return {};
  return weave(native, managed, pair.cut);
}

model::Frame ManagedStacks::frame_of(const model::World& world, model::StackId row) {
  return row.none() ? marker_of(model::Marker::cut) : world.stacks.find(row)->frame;
}

}  // namespace ajar::capture
