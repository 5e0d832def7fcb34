#include "conformance/windows_calls.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace ajar::conformance {
namespace {

constexpr std::string_view kIntroduction = R"(
## The calls of Windows
On Windows ajar's agent watches the kernel's calls themselves. A program, `every_call`, makes one handle with each of them that stays open, and makes
the call fail; it states what it did, and ajar's report must have the handle, its type, its name, the call, and the function that made it, and tell
of the failure. What closes must leave nothing open.

| answer | means |
|---|---|
| shown | all of that was right |
| untested | the program couldn't make a handle so, for the reason that is given; there it is only known that the agent watches the call |
| **wrong** | neither |

)";

std::string count(const WindowsCalls& calls, std::string_view result) {
  return std::to_string(std::ranges::count(calls.calls, result, &WindowsCall::result)) + " " +
         std::string(result);
}

WindowsCall parse_call(const std::string& line) {
  std::istringstream fields(line);
  WindowsCall call;
  std::getline(fields, call.name, '\t');
  std::getline(fields, call.result, '\t');
  std::getline(fields, call.why, '\t');
  if (call.result != "shown" && call.result != "untested" && call.result != "wrong")
    throw std::invalid_argument("no result of a call: " + line);
  return call;
}

std::string row(const WindowsCall& call) {
  const std::string result = call.result == "wrong" ? "**wrong**" : call.result;
  return "| `" + call.name + "` | " + result + ": " + call.why + " |\n";
}

}  // namespace

WindowsCalls parse_windows_calls(std::string_view text) {
  WindowsCalls calls;
  std::istringstream lines{std::string(text)};
  if (!std::getline(lines, calls.system)) throw std::invalid_argument("no results of Windows' calls");
  for (std::string line; std::getline(lines, line);) calls.calls.push_back(parse_call(line));
  return calls;
}

std::string windows_chapter(const WindowsCalls& calls) {
  std::string text(kIntroduction);
  text += "Run on " + calls.system + ": " + count(calls, "shown") + ", " + count(calls, "untested") + ", " +
          count(calls, "wrong") + ".\n\n| call | answer |\n|---|---|\n";
  for (const WindowsCall& call : calls.calls) text += row(call);
  return text;
}

}  // namespace ajar::conformance
