#include "model/address_stacks.h"

#include <algorithm>
#include <iterator>

namespace ajar::model {

void CodeRanges::load(std::uint64_t begin, std::uint64_t end, ModuleId module) {
  loaded_.emplace(begin, Range{begin, end, module});
}

void CodeRanges::unload(ModuleId module) {
  const auto found =
      std::ranges::find(loaded_, module, [](const auto& loaded) { return loaded.second.module; });
  if (found == loaded_.end()) return;
  unloaded(found->second.begin, found->second.end, module);
  loaded_.erase(found);
}

void CodeRanges::unloaded(std::uint64_t begin, std::uint64_t end, ModuleId module) {
  if (unloaded_.size() == kMostUnloaded) unloaded_.erase(unloaded_.begin());
  unloaded_.push_back({begin, end, module});
}

// A return address may stand right behind a module, where the last thing in it is a call.
bool CodeRanges::returns_into(const Range& range, std::uint64_t address) {
  return address > range.begin && address <= range.end;
}

const CodeRanges::Range* CodeRanges::find(std::uint64_t address) const {
  const auto after = loaded_.lower_bound(address);
  if (after != loaded_.begin()) {
    const Range& before = std::prev(after)->second;
    if (returns_into(before, address)) return &before;
  }
  const auto gone = std::find_if(unloaded_.rbegin(), unloaded_.rend(),
                                 [&](const Range& range) { return returns_into(range, address); });
  return gone == unloaded_.rend() ? nullptr : &*gone;
}

Frame CodeRanges::frame(std::uint64_t return_address) const {
  const Range* range = find(return_address);
  Frame frame;
  if (range != nullptr) frame.module = range->module;
  frame.offset = range == nullptr ? return_address : return_address - range->begin;
  return frame;
}

StackId AddressStacks::add(std::span<const std::uint64_t> addresses, const CodeRanges* code) {
  StackId at;
  for (const std::uint64_t address : addresses) {
    const auto [known, is_new] = known_.try_emplace(Key(at, address, code));
    if (is_new) {
      Frame frame{.module = {}, .offset = address, .function = {}, .file = {}};
      if (code != nullptr) frame = code->frame(address);
      known->second = world_.stacks.add({.callee = at, .frame = frame});
    }
    at = known->second;
  }
  return at;
}

}  // namespace ajar::model
