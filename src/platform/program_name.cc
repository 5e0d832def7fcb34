#include "platform/program_name.h"

#include <algorithm>
#include <array>

#include "base/path.h"
#include "base/shells.h"

namespace ajar::platform {
namespace {

// Besides shells.
constexpr auto kInterpreters = std::to_array<std::string_view>(
    {"awk", "expect", "gawk", "guile", "julia", "lua", "luajit", "node", "nodejs", "perl", "php", "pypy",
     "python", "rscript", "ruby", "tclsh", "wish"});

// "python3.11" is a python.
bool is_interpreter(std::string_view executable) {
  std::string_view name = base::file_name(executable);
  if (base::is_shell(name)) return true;
  const std::size_t end = name.find_last_not_of("0123456789.-");
  name = name.substr(0, end == std::string_view::npos ? 0 : end + 1);
  return std::ranges::find(kInterpreters, name) != kInterpreters.end();
}

// With the next word as its value (python -X dev, node -r module, perl -I folder, bash -O option).
constexpr auto kTakeValues = std::to_array<std::string_view>(
    {"-I", "-O", "-W", "-X", "-o", "-r", "--import", "--rcfile", "--require"});

// With what is run as the next word, or the rest of this one: a command ("-c", a shell's "-lc"), code ("-e"),
// a module ("-m").
bool takes_no_script(std::string_view option) {
  return !option.starts_with("--") && option.find_first_of("cem") != std::string_view::npos;
}

// Empty where none is told: a command of its own, input.
std::string_view script_of(const std::vector<std::string>& command) {
  for (std::size_t i = 1; i < command.size(); ++i) {
    const std::string_view word = command[i];
    if (!word.starts_with('-')) return word;
    if (std::ranges::find(kTakeValues, word) != kTakeValues.end()) {
      ++i;
    } else if (takes_no_script(word)) {
      return {};
    }
  }
  return {};
}

bool is_called(std::string_view path, std::string_view name) {
  if (path.empty()) return false;
  return path == name || (name.find('/') == std::string_view::npos && base::file_name(path) == name);
}

}  // namespace

bool goes_by(std::string_view name, std::string_view executable, const std::vector<std::string>& command) {
  if (is_called(executable, name)) return true;
  if (!command.empty() && is_called(command.front(), name)) return true;
  return is_interpreter(executable) && is_called(script_of(command), name);
}

}  // namespace ajar::platform
