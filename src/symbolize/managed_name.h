#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ajar::symbolize {

// What a runtime calls its code.
struct ManagedName {
  std::string function;
  std::string file;
  std::uint32_t line = 0;  // where the function begins

  bool operator==(const ManagedName&) const = default;
};

// Takes apart the name that stands in a perf map, as JavaScript engines with V8 ("JS:*open /srv/app.js:12:3")
// and Python ("py::open:/srv/app.py") write it. Every other name is that of a function as it is, such as
// Java's ("void java.io.FileInputStream.open0(java.lang.String)"). Any text will do.
ManagedName managed_name(std::string_view text);

}  // namespace ajar::symbolize
