#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "cli/distribution.h"
#include "symbolize/module_note.h"

namespace ajar::cli {

// One module that occurs in a recording's stacks.
struct ModuleRow {
  std::string path;
  std::string build_id;
  std::string package, version;  // of the system's package; empty: none
  symbolize::ModuleNote note;    // what was found now
  bool asked = false;            // whether anything was looked for: not where all is known already
  // Addresses in the stacks, and of how many the function and the line are known by now.
  std::size_t addresses = 0, functions = 0, lines = 0;

  bool operator==(const ModuleRow&) const = default;
};

// What can be said of this machine to somebody who wants more names.
struct Advice {
  Distribution distribution;
  bool asks_servers = false;  // debuginfod was asked
};

// "lines", "functions", "exports", "nothing", "missing", "replaced", "unreadable": what a row's module has.
std::string state_of(const ModuleRow& row);

// The modules with the most addresses first.
void sort_rows(std::vector<ModuleRow>& rows);

// The rows, then how to get what they lack.
void print_modules(const std::vector<ModuleRow>& rows, const Advice& advice, std::ostream& out);

// The same as JSON (docs/json.md); `added`: names that went into the recording; `warnings`: what one
// has to know of the recording.
void print_modules_json(const std::vector<ModuleRow>& rows, std::size_t added,
                        const std::vector<std::string>& warnings, std::ostream& out);

}  // namespace ajar::cli
