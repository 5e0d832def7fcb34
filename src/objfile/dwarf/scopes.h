#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "objfile/dwarf/containers.h"
#include "objfile/dwarf/ranges.h"
#include "objfile/dwarf/unit.h"
#include "objfile/dwarf/work.h"

namespace ajar::objfile::dwarf {

// A function, or an inlined copy of one, whose code an address is in.
struct Scope {
  std::uint64_t entry = 0;  // in .debug_info of the unit's file
  std::uint64_t begin = 0;  // of the range that holds the address
  // The entry that says what it is, as the attribute has it; none where it has a linkage name itself.
  std::uint64_t origin = 0;
  Form origin_form = Form::none;
  bool inlined = false;
  std::uint64_t call_file = 0;  // where the inlined call stands in the source
  std::uint32_t call_line = 0;
  std::uint32_t outer = 0;  // the scope around it
  std::uint32_t depth = 1;  // how many there are, with itself
};

// What a walk through a unit finds.
class Scopes {
 public:
  static constexpr std::uint32_t kNone = 0;

  // `addresses` are ascending, and outlive it.
  explicit Scopes(std::span<const std::uint64_t> addresses)
      : addresses_(addresses), rows_(1), innermost_(addresses.size(), kNone) {}

  // The innermost one at the address of this index; kNone for code outside functions.
  [[nodiscard]] std::uint32_t at(std::size_t address) const { return innermost_[address]; }
  [[nodiscard]] const Scope& operator[](std::uint32_t scope) const { return rows_[scope]; }

  // Lays the scope inside those that its addresses are in so far; a function that is not inlined begins anew.
  // False where the range holds none of the addresses.
  bool add(Scope scope, const CodeRange& range, Work& work);

 private:
  std::span<const std::uint64_t> addresses_;
  std::vector<Scope> rows_;
  std::vector<std::uint32_t> innermost_;
};

// Walks through the unit once and tells the scopes of each of the addresses, and the unit's containers. False
// where the unit made no sense from some entry on, or is too much work.
bool find_scopes(const Unit& unit, Scopes& scopes, Containers& containers, Work& work);

}  // namespace ajar::objfile::dwarf
