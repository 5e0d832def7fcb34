#include "cli/recording_report.h"

#include <utility>

#include "analyze/analysis.h"
#include "analyze/marks.h"
#include "base/path.h"

namespace ajar::cli {
namespace {

std::string nothing_in_it(const std::optional<model::Mark>& since) {
  if (since) return "all processes in it had ended before the mark '" + since->label + "'";
  return "there is no process in it, so nothing to report on; record again, or wait until it is written";
}

}  // namespace

Option since_option(std::optional<std::string>& label, std::string help) {
  return {.names = "--since",
          .value = "LABEL",
          .help = std::move(help),
          .value_is_optional = true,
          .set = [&label](const std::string& text) -> base::Result<void> {
            label = text;
            return {};
          }};
}

std::expected<report::Report, Failure> report_on(RecordingFile& file, analyze::Options options,
                                                 const std::optional<std::string>& since) {
  recording::Reader& reader = file.reader();
  file.name_stacks();
  if (since) {
    base::Result<model::Mark> mark = analyze::find_mark(reader.world(), *since);
    if (!mark.ok()) return std::unexpected(file.failure(mark.error().message()));
    options.since = std::move(mark).value();
  }
  const std::optional<model::Mark> begins_at = options.since;
  analyze::Analysis analysis(std::move(options));
  model::Cursor cursor;
  reader.read(cursor, analysis);
  report::Report report = analysis.finish(reader.world(), reader.end());
  if (report.processes.empty()) return std::unexpected(file.failure(nothing_in_it(begins_at)));
  report.extent = file.extent();
  report.is_told_later = !file.grows();
  if (file.is_imported()) report.file = base::file_name(file.path());
  report.is_strace_log = reader.world().origin.is_strace();
  for (std::string& words : file.warnings_on_stacks()) report.warnings.push_back(std::move(words));
  return report;
}

}  // namespace ajar::cli
