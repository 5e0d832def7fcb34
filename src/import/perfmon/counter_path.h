#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ajar::import::perfmon {

// A column of a log, of those that tell of a process and its handles.
struct CounterPath {
  enum class What : std::uint8_t { handles, pid, elapsed };

  What what = What::handles;
  std::string_view host;                          // "HOST"; empty where none is told
  std::string_view instance;                      // "name", "name#3"
  std::optional<std::uint64_t> pid_in_name = {};  // of "Process V2", whose instances are "name:812"
};

// Parses a counter path, "\\HOST\Process(name#3)\Handle Count", whatever the case of its letters; nothing for
// other counters. A view into the text. Source: "Specifying a Counter Path" in the documentation of Windows'
// performance counters.
std::optional<CounterPath> parse_counter_path(std::string_view text);

}  // namespace ajar::import::perfmon
