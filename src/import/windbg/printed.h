#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What WinDbg and tools like it print of handles, as it stands in a text.
namespace ajar::import::windbg {

// A line of a stack. A symbol is the one before the address: how far, `displacement` says.
struct PrintedFrame {
  std::optional<std::uint64_t> address;
  std::string module;    // as the debugger calls it: without folder and extension; empty for none
  std::string function;  // empty for none
  std::optional<std::uint64_t> displacement;
  std::string file;  // where the debugger shows lines
  std::uint32_t line = 0;

  bool operator==(const PrintedFrame&) const = default;
};

// One operation, as !htrace and Debug Diag show it.
struct PrintedTrace {
  enum class What : std::uint8_t { open, close, bad_reference };
  What what = What::open;
  std::uint64_t handle = 0;
  std::uint64_t thread = 0, process = 0;  // 0: not said
  std::vector<PrintedFrame> frames;       // innermost first

  bool operator==(const PrintedTrace&) const = default;
};

// The operations of one command's answer, in its order: !htrace shows the newest first.
struct PrintedTraces {
  bool outstanding = false;  // only what was opened and not closed
  bool newest_first = false;
  std::optional<std::uint64_t> announced;  // how many there are, as it says itself
  std::vector<PrintedTrace> traces;
};

struct PrintedHandle {
  std::uint64_t value = 0;
  std::string type;  // empty where the debugger could not read it
  std::string name;
  std::optional<std::uint64_t> attributes, granted_access, handle_count, pointer_count;
  std::vector<std::string> specific;  // lines of what depends on the type
};

// One answer of !handle, or several that belong together: the counts of all, the details of some.
struct PrintedTable {
  // Whose; 0 and empty: not said.
  std::uint64_t process = 0;
  std::string program;
  std::optional<std::uint64_t> total;
  std::vector<std::pair<std::string, std::uint64_t>> counts;  // by type; none where there is no such list
  std::vector<PrintedHandle> handles;

  [[nodiscard]] bool empty() const { return !total && counts.empty() && handles.empty(); }
};

// Of hexadecimal digits, with or without 0x before them and WinDbg's ` between them; nothing for anything
// else.
std::optional<std::uint64_t> hex_number(std::string_view text);

}  // namespace ajar::import::windbg
