#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <tuple>
#include <vector>

#include "model/world.h"

// Stacks of which only return addresses are known become those of a World.
namespace ajar::model {

// Where a process's modules are, and were, in its memory.
class CodeRanges {
 public:
  void load(std::uint64_t begin, std::uint64_t end, ModuleId module);
  // It is not there any more. The last ones are still known for addresses that are in nothing else; few:
  // looking through them costs time for each such address.
  void unload(ModuleId module);
  // One that was there before anybody looked.
  void unloaded(std::uint64_t begin, std::uint64_t end, ModuleId module);

  // A frame of the code that returns to this address. Where no module is, one of none. What is loaded counts
  // before what was unloaded; of what was unloaded, that which was unloaded last.
  [[nodiscard]] Frame frame(std::uint64_t return_address) const;

  static constexpr std::size_t kMostUnloaded = 256;

 private:
  struct Range {
    std::uint64_t begin = 0, end = 0;
    ModuleId module;
  };

  static bool returns_into(const Range& range, std::uint64_t address);
  [[nodiscard]] const Range* find(std::uint64_t address) const;

  std::multimap<std::uint64_t, Range> loaded_;  // by where they begin
  std::vector<Range> unloaded_;                 // the last one at the end
};

// Puts stacks into the world, each once.
class AddressStacks {
 public:
  // Has to outlive it.
  explicit AddressStacks(World& world) : world_(world) {}

  // Of return addresses, innermost first. `code`: of the process whose they are; nullptr for those of a
  // process whose modules nobody knows, none of which is in a module, though it may look so. None for no
  // addresses.
  StackId add(std::span<const std::uint64_t> addresses, const CodeRanges* code);

  // What is in which module has changed: stacks that come from now on are looked at anew.
  void forget() { known_.clear(); }

 private:
  using Key = std::tuple<StackId, std::uint64_t, const CodeRanges*>;  // the callee; as given to add()

  World& world_;
  std::map<Key, StackId> known_;
};

}  // namespace ajar::model
