#include "cli/report_options.h"

#include <cerrno>
#include <fstream>
#include <sstream>

#include <fmt/core.h>

#include "cli/setters.h"
#include "render/json.h"
#include "report/doubt.h"

namespace ajar::cli {
namespace {

base::Result<void> read_suppressions(const std::string& path, std::vector<analyze::Suppression>& into) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || (file.peek() != std::ifstream::traits_type::eof() && !(text << file.rdbuf()))) {
    return base::system_error(path, errno);
  }
  base::Result<std::vector<analyze::Suppression>> parsed = analyze::parse_suppressions(text.str());
  if (!parsed.ok()) return std::move(parsed).error().in(path);
  into.insert(into.end(), parsed.value().begin(), parsed.value().end());
  return {};
}

// Options that decide what is told.
std::vector<Option> filter_options(analyze::Options& analysis) {
  return {
      {.names = "--type",
       .value = "TYPE",
       .help = "tell only of handles of this type, such as file or \"tcp socket\"",
       .repeatable = true,
       .set = add_to(analysis.types)},
      {.names = "--min-age",
       .value = "DURATION",
       .help = "tell only of code whose oldest open handle is at least this old: 500ms, 10s, 2m",
       .set = set_duration(analysis.min_age)},
      {.names = "--suppressions",
       .value = "FILE",
       .help = "leave out the leaks that this file names: lines such as module=libcrash.so type=pipe",
       .repeatable = true,
       .set = [&](const std::string& path) { return read_suppressions(path, analysis.suppressions); }},
      {.names = "--system-module",
       .value = "NAME",
       .help = "never blame this module, as if it were the system's",
       .repeatable = true,
       .set = add_to(analysis.system_modules)},
  };
}

std::vector<Option> status_options(ReportOptions& settings) {
  return {
      {.names = "--error-exitcode",
       .value = "N",
       .help = "exit with this status if something was found, and with 2 if nothing was but some of the "
               "recording is missing",
       .set = set_exit_status(settings.error_exitcode)},
      {.names = "--error-on",
       .value = "WHAT",
       .help = "what counts as found: leaks (if not given), suspects too, or any handle that was opened and "
               "is still open",
       .choices = {"leak", "suspect", "any"},
       .set = [&](const std::string& what) -> base::Result<void> {
         using analyze::ErrorOn;
         settings.error_on = what == "leak"      ? ErrorOn::leak
                             : what == "suspect" ? ErrorOn::suspect
                                                 : ErrorOn::any;
         return {};
       }},
  };
}

}  // namespace

std::vector<Option> report_options(ReportOptions& settings) {
  std::vector<Option> all = filter_options(settings.analysis);
  const PrintingWords words = {.top = "groups of handles a process", .json = "the report as JSON"};
  for (auto options : {printing_options(settings.printing, words), status_options(settings)}) {
    all.insert(all.end(), std::make_move_iterator(options.begin()), std::make_move_iterator(options.end()));
  }
  return all;
}

void print_report(const report::Report& report, const ReportOptions& settings, std::ostream& out,
                  const platform::Terminal& terminal) {
  if (settings.printing.json) return render::json(report, out);
  render::text(report, text_for(settings.printing, terminal), out);
}

std::expected<int, Failure> exit_status(const report::Report& report, const ReportOptions& settings,
                                        int otherwise) {
  return exit_status(analyze::fails(report, settings.error_on), report::why_it_proves_nothing(report),
                     settings, otherwise);
}

std::expected<int, Failure> exit_status(bool is_found, std::string_view doubt, const ReportOptions& settings,
                                        int otherwise) {
  if (!settings.error_exitcode) return otherwise;
  if (is_found) return *settings.error_exitcode;
  if (otherwise != 0 || doubt.empty()) return otherwise;
  return std::unexpected(Failure{fmt::format(
      "nothing was found, which proves nothing, since {}; record again, or leave out --error-exitcode",
      doubt)});
}

}  // namespace ajar::cli
