#include "top/terminal_kind.h"

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "render/escape.h"

// The last one makes macros of words such as 'lines': so nothing may stand behind it.
#include <curses.h>
#include <term.h>

namespace ajar::top {

base::Result<void> check_terminal() {
  if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDOUT_FILENO) != 1)
    return base::Error("there is no terminal here");
  const char* told = std::getenv("TERM");
  const std::string name = render::escaped(told == nullptr ? "" : told);
  if (name.empty()) return base::Error("TERM is not set: nobody says what the terminal can do");
  int found = 0;
  if (::setupterm(nullptr, STDOUT_FILENO, &found) != OK)
    return base::Error("this system knows nothing of a terminal '" + name + "' (TERM)");
  const char* move = ::tigetstr("cup");
  if (move == nullptr || reinterpret_cast<std::intptr_t>(move) == -1)
    return base::Error("a terminal '" + name + "' (TERM) can't put text anywhere but below the last line");
  return {};
}

}  // namespace ajar::top
