#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ajar::console {

// A line of a stack: "0x77ca310c: ntdll!ZwOpenKey+0x0000000c".
struct CodeLine {
  std::optional<std::uint64_t> address = {};  // in memory; not set: not known
  std::string module = {};                    // as WinDbg calls it: without folder and extension
  std::string function = {};
  std::optional<std::uint64_t> displacement =
      {};  // from the function's start, or from the module's without one
  std::string file = {};
  std::uint32_t line = 0;
  std::string note = {};  // that frames are missing; then nothing else is set

  bool operator==(const CodeLine&) const = default;
};

// One operation on a handle.
struct Trace {
  enum class What : std::uint8_t { open, close, bad_reference };
  What what = What::open;
  std::uint64_t handle = 0;
  std::uint64_t thread = 0, process = 0;
  std::vector<CodeLine> stack = {};  // innermost first

  bool operator==(const Trace&) const = default;
};

}  // namespace ajar::console
