#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "platform/terminal.h"

namespace ajar::platform {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

}  // namespace

Terminal terminal_of(Stream stream) {
  const int fd = stream == Stream::input    ? STDIN_FILENO
                 : stream == Stream::output ? STDOUT_FILENO
                                            : STDERR_FILENO;
  Terminal terminal;
  terminal.interactive = ::isatty(fd) == 1;
  if (!terminal.interactive) return terminal;
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) terminal.columns = size.ws_col;
  terminal.color = variable("NO_COLOR").empty() && !variable("TERM").empty() && variable("TERM") != "dumb";
  return terminal;
}

}  // namespace ajar::platform
