#pragma once

#include <expected>
#include <optional>
#include <ostream>
#include <string_view>
#include <vector>

#include "analyze/analysis.h"
#include "analyze/options.h"
#include "cli/command.h"
#include "cli/printing.h"
#include "platform/terminal.h"
#include "render/text.h"
#include "report/report.h"

namespace ajar::cli {

// What `run` and `report` have in common: what to tell, how to print it, when to fail.
struct ReportOptions {
  analyze::Options analysis;
  Printing<render::TextOptions> printing;
  std::optional<int> error_exitcode;
  analyze::ErrorOn error_on = analyze::ErrorOn::leak;
};

// The command-line options that write into `settings`, which must outlive them.
std::vector<Option> report_options(ReportOptions& settings);

// `terminal`: what `out` leads to; a file or pipe gets the same bytes everywhere.
void print_report(const report::Report& report, const ReportOptions& settings, std::ostream& out,
                  const platform::Terminal& terminal);

// --error-exitcode's status where the report holds what it is about, `otherwise` where not. Where that would
// let pass what nobody knows to be without leaks, since some of it is missing, it is a failure.
std::expected<int, Failure> exit_status(const report::Report& report, const ReportOptions& settings,
                                        int otherwise);
// The same of another report. `doubt`: why it proves nothing that nothing was found; empty where it does.
std::expected<int, Failure> exit_status(bool is_found, std::string_view doubt, const ReportOptions& settings,
                                        int otherwise);

}  // namespace ajar::cli
