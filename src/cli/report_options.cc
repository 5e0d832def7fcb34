#include "cli/report_options.h"

#include <cerrno>
#include <fstream>
#include <limits>
#include <sstream>

#include "cli/values.h"
#include "render/json.h"
#include "render/text.h"

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
       .set = [&](const std::string& type) -> base::Result<void> {
         analysis.types.push_back(type);
         return {};
       }},
      {.names = "--min-age",
       .value = "DURATION",
       .help = "tell only of code whose oldest open handle is at least this old: 500ms, 10s, 2m",
       .set = [&](const std::string& text) -> base::Result<void> {
         base::Result<std::chrono::nanoseconds> age = parse_duration(text);
         if (!age.ok()) return std::move(age).error();
         analysis.min_age = age.value();
         return {};
       }},
      {.names = "--suppressions",
       .value = "FILE",
       .help = "leave out the leaks that this file names: lines such as module=libcrash.so type=pipe",
       .repeatable = true,
       .set = [&](const std::string& path) { return read_suppressions(path, analysis.suppressions); }},
      {.names = "--system-module",
       .value = "NAME",
       .help = "never blame this module, as if it were the system's",
       .repeatable = true,
       .set = [&](const std::string& name) -> base::Result<void> {
         analysis.system_modules.push_back(name);
         return {};
       }},
  };
}

std::vector<Option> text_options(ReportOptions& settings) {
  return {
      {.names = "--top",
       .value = "N",
       .help =
           "print at most N groups of handles a process; 0 prints all (10 if not given; JSON is never cut)",
       .set = [&](const std::string& text) -> base::Result<void> {
         base::Result<std::uint64_t> top = parse_number(text, 0, std::numeric_limits<std::uint32_t>::max());
         if (!top.ok()) return std::move(top).error();
         settings.top = static_cast<std::size_t>(top.value());
         return {};
       }},
      {.names = "--full-stacks",
       .help = "print every frame, also the system's and those above main",
       .set = [&](const std::string&) -> base::Result<void> {
         settings.full_stacks = true;
         return {};
       }},
      {.names = "--json",
       .help = "print the report as JSON",
       .set = [&](const std::string&) -> base::Result<void> {
         settings.json = true;
         return {};
       }},
  };
}

std::vector<Option> status_options(ReportOptions& settings) {
  return {
      {.names = "--error-exitcode",
       .value = "N",
       .help = "exit with this status if something was found",
       .set = [&](const std::string& text) -> base::Result<void> {
         base::Result<std::uint64_t> status = parse_number(text, 1, 255);
         if (!status.ok()) return std::move(status).error();
         settings.error_exitcode = static_cast<int>(status.value());
         return {};
       }},
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
  for (auto options : {text_options(settings), status_options(settings)}) {
    all.insert(all.end(), std::make_move_iterator(options.begin()), std::make_move_iterator(options.end()));
  }
  return all;
}

void print_report(const report::Report& report, const ReportOptions& settings, std::ostream& out,
                  const platform::Terminal& terminal) {
  if (settings.json) return render::json(report, out);
  render::TextOptions text{.top = settings.top, .full_stacks = settings.full_stacks};
  if (terminal.interactive) {
    text.colour = terminal.color;
    text.width = terminal.columns;
  }
  render::text(report, text, out);
}

int exit_status(const report::Report& report, const ReportOptions& settings, int otherwise) {
  return settings.error_exitcode && analyze::fails(report, settings.error_on) ? *settings.error_exitcode
                                                                              : otherwise;
}

}  // namespace ajar::cli
