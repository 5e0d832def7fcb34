#pragma once

#include <cstdint>
#include <string>

namespace ajar::symbolize {

// What became of one module that names were looked for in.
struct ModuleNote {
  enum class Found : std::uint8_t {
    lines,      // debug information: functions, files, lines, inlined functions
    functions,  // a full symbol table
    exports,    // stripped: only the functions that it exports have names
    nothing,    // no symbols at all
    missing,    // the file is not there
    replaced,   // there is another file at its path by now: nothing was taken from it
    unreadable,
  };

  std::string identity;  // model::Module::identity()
  std::string path;
  Found found = Found::functions;
  std::string words;  // for a person: "/usr/lib/libx.so: stripped, only exported functions have names"
  // The file that the debug information or the symbols are in, where it is not the module's own.
  std::string from;
  // What else could have been used and was not, and why, in words for a person; empty: nothing.
  std::string trouble;
  bool trouble_is_all = false;  // it is all that stands between the module and its lines

  bool operator==(const ModuleNote&) const = default;
};

}  // namespace ajar::symbolize
