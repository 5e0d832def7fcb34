#pragma once

#include <cstdint>

namespace ajar::platform {

enum class Stream : std::uint8_t { input, output, error };

// What a stream's reader can show; of the input, whether somebody types it.
struct Terminal {
  bool interactive = false;  // a terminal, and not a file or a pipe
  unsigned columns = 80;     // of the terminal; 80 where there is none, or it doesn't say
  bool color = false;        // a terminal that knows colors, and NO_COLOR is not set (no-color.org)
};

Terminal terminal_of(Stream stream);

}  // namespace ajar::platform
