#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "console/style.h"
#include "model/snapshot.h"

// The layout of WinDbg's !handle.
namespace ajar::console {

// What is asked for: !handle [Handle [UMFlags [TypeName]]].
struct HandleQuestion {
  static constexpr std::uint64_t kType = 1, kBasic = 2, kName = 4, kSpecific = 8;
  static constexpr std::uint64_t kAll = kType | kBasic | kName | kSpecific;

  std::uint64_t handle = 0;     // 0: all
  std::uint64_t flags = kType;  // 0: only how many there are
  std::string type = {};        // whatever its case; empty: any
};

// What WinDbg calls a type: "None" where it could not read it.
std::string_view shown_type(std::string_view type);

// Answers it. False, with nothing printed, where it is about one handle and the table doesn't list it. What a
// table only counts is counted, and it is said how many are not listed.
bool print_handles(const model::Snapshot& table, const HandleQuestion& question, const Style& style,
                   std::ostream& out);

}  // namespace ajar::console
