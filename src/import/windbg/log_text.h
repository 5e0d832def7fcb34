#pragma once

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "import/windbg/printed.h"

namespace ajar::import::windbg {

// What a text says, in its order.
struct LogText {
  std::vector<PrintedTable> tables;
  std::vector<PrintedTraces> answers;
  std::string program;    // its path, as `|` or the debugger's first lines say it; empty: not said
  std::uint64_t pid = 0;  // 0: not said
  std::string system;     // "Windows 10 Version 22631 …"
  // Modules, in lower case, of which the debugger had the exports alone: its names for their code are
  // signposts.
  std::set<std::string> exports_only;
};

// `lines`: as plain_lines() gives them.
LogText read_text(std::span<const std::string> lines);

}  // namespace ajar::import::windbg
