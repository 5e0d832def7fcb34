#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "platform/terminal.h"
#include "render/tables.h"

namespace ajar::cli {

// What the commands about handle tables have in common: how to print.
struct TablePrinting {
  bool json = false;
  render::TablesOptions text;
};

// The command-line options that write into `printing`, which must outlive them. `top`: what --top cuts.
std::vector<Option> printing_options(TablePrinting& printing, const std::string& top);

// With the width and the colours of the terminal, if it is one.
render::TablesOptions text_for(const TablePrinting& printing, const platform::Terminal& terminal);

}  // namespace ajar::cli
