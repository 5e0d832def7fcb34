#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "objfile/dwarf/containers.h"
#include "objfile/dwarf/scopes.h"
#include "objfile/dwarf/unit.h"
#include "objfile/dwarf/units.h"
#include "objfile/dwarf/work.h"

namespace ajar::objfile::dwarf {

// Names of functions by their entries. An entry of code refers to the one that says what it is, often in
// another unit, and that to a declaration.
class Names {
 public:
  // The linkage name if there is one, else the name in the source, in C++ with the namespaces and classes
  // around it. `unit` is the one that the scope's entry is in. Valid until the next call.
  std::string_view of(const std::shared_ptr<const Unit>& unit, const Scope& scope, Work& work);

  // What a walk through the unit found, so that it need not be done again.
  void learn(const Unit& unit, Containers containers);

 private:
  struct Description;
  struct Resolved;

  static Description describe(const Unit& unit, std::uint64_t entry, Work& work);
  static Resolved resolve(std::shared_ptr<const Unit> unit, std::uint64_t entry, Work& work);
  std::string qualified(const Resolved& function, Work& work);
  const Containers& containers_of(const Unit& unit, Work& work);

  // By where the entry, or the unit's first one, is.
  std::unordered_map<const std::byte*, std::string_view> known_;
  std::deque<std::string> qualified_;  // those of them that stand in no section
  std::unordered_map<const std::byte*, Containers> containers_;
};

}  // namespace ajar::objfile::dwarf
