#pragma once

#include <string>
#include <string_view>
#include <vector>

// What tools/check-windows-tracing has shown of the calls of Windows that give or take handles, kept in
// windows_results: a line on the system, then a line a call, its fields separated by tabs.
namespace ajar::conformance {

struct WindowsCall {
  std::string name;
  std::string result;  // shown, untested or wrong
  std::string why;
};

struct WindowsCalls {
  std::string system;
  std::vector<WindowsCall> calls;
};

// Throws where the text is no such file.
WindowsCalls parse_windows_calls(std::string_view text);

// Their chapter of docs/conformance.md.
std::string windows_chapter(const WindowsCalls& calls);

}  // namespace ajar::conformance
