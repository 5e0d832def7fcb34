#include "platform/terminal.h"

#include <windows.h>

#include <cstdlib>

namespace ajar::platform {

Terminal terminal_of(Stream stream) {
  const HANDLE handle = ::GetStdHandle(stream == Stream::input    ? STD_INPUT_HANDLE
                                       : stream == Stream::output ? STD_OUTPUT_HANDLE
                                                                  : STD_ERROR_HANDLE);
  Terminal terminal;
  DWORD mode = 0;
  terminal.interactive = ::GetConsoleMode(handle, &mode) != 0;
  CONSOLE_SCREEN_BUFFER_INFO info{};
  if (!terminal.interactive || ::GetConsoleScreenBufferInfo(handle, &info) == 0) return terminal;
  const int columns = info.srWindow.Right - info.srWindow.Left + 1;
  if (columns > 0) terminal.columns = static_cast<unsigned>(columns);
  const char* no_color = std::getenv("NO_COLOR");
  const bool understands = (mode & ENABLE_VIRTUAL_TERMINAL_PROCESSING) != 0;
  terminal.color = understands && (no_color == nullptr || *no_color == '\0');
  return terminal;
}

}  // namespace ajar::platform
