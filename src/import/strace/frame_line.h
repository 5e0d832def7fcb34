#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ajar::import::strace {

// A line of a stack (-k). Texts are parts of the line.
struct FrameLine {
  std::string_view module, function;  // the function may be missing, and a module's name be "[vdso]"
  std::uint64_t displacement = 0;     // of the function
  std::uint64_t offset = 0;           // in the module's file
  std::string_view file;              // of the source (-kk)
  std::uint32_t line = 0;

  bool operator==(const FrameLine&) const = default;
};

// `text` is what stands behind " > ": "/usr/lib/x.so(open_it+0x1a) [0x1234]", with " x.c:12" behind it or
// not;
// "/usr/bin/y() [0x401136]". Nothing for another text: words about why there are no more frames.
std::optional<FrameLine> parse_frame(std::string_view text);

}  // namespace ajar::import::strace
