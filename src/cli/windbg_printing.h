#pragma once

#include <expected>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "cli/command.h"
#include "model/source.h"
#include "report/report.h"

// --windbg: what WinDbg would say.
namespace ajar::cli {

// The option, which sets the flag.
Option windbg_option(bool& windbg, std::string help);

struct WindbgTables {
  std::vector<std::string> types;  // patterns; empty: any
  bool details = false;            // as !handle 0 f, else as !handle 0 0
};

// The tables of processes and recordings, each after a line of its process where there are several.
std::expected<void, Failure> print_windbg_tables(std::span<const std::string> operands,
                                                 const WindbgTables& wanted, std::ostream& out);

// As !htrace -diff: the opens of all that the report has outstanding. `source`: what it was made of.
void print_windbg_report(const report::Report& report, model::Source& source, std::ostream& out);

}  // namespace ajar::cli
