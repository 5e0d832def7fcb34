#include <algorithm>

#include "analyze/count_history.h"
#include "analyze/system_log_history.h"
#include "base/path.h"
#include "cli/recording_file.h"
#include "cli/recording_report.h"
#include "cli/report_options.h"
#include "cli/setters.h"
#include "cli/windbg_printing.h"
#include "render/count_trends.h"
#include "render/system_logs.h"
#include "report/doubt.h"

namespace ajar::cli {
namespace {

class Report : public Action {
 public:
  std::vector<Option> options() override {
    std::vector<Option> all = report_options(settings_);
    all.push_back(
        {.names = "--symbol-path",
         .value = "DIR",
         .help = "of another tool's file, such as a dump, and of a recording that was cut off: look here, "
                 "too, for the modules and their debug information",
         .repeatable = true,
         .set = add_to(symbol_folders_)});
    all.push_back(windbg_option(
        windbg_, "answer as WinDbg's !htrace -diff does: the opens of all that is outstanding"));
    all.insert(all.begin(), since_option(since_,
                                         "tell only of what came after this mark of 'ajar mark'; "
                                         "without a label, after the last one"));
    return all;
  }

  std::expected<int, Failure> run(std::span<const std::string> operands, Console& console) override {
    if (windbg_ && settings_.printing.json)
      return std::unexpected(Failure{"--windbg and --json: one of them"});
    base::Result<RecordingFile> file =
        RecordingFile::open(operands[0], recording::File::whole, symbol_folders_);
    if (!file.ok()) return std::unexpected(Failure{file.error().message()});
    const model::Origin& origin = file.value().reader().world().origin;
    if (origin.shows_counts()) return tell_counts(file.value(), console);
    if (origin.shows_only_system_events()) return tell_system_logs(file.value(), console);
    const auto report = report_on(file.value(), settings_.analysis, since_);
    if (!report) return std::unexpected(report.error());
    if (windbg_) {
      print_windbg_report(*report, file.value().reader(), console.out);
    } else {
      print_report(*report, settings_, console.out, platform::terminal_of(platform::Stream::output));
    }
    return exit_status(*report, settings_, 0);
  }

 private:
  // Of a log that has how many handles there were, and never which.
  std::expected<int, Failure> tell_counts(RecordingFile& file, Console& console) {
    if (asks_for_handles())
      return std::unexpected(Failure{file.path() +
                                     ": it counts handles at moments, and has neither marks nor types: "
                                     "leave out --since, --type and --windbg"});
    const report::CountTrends trends = trends_of(file);
    if (settings_.printing.json) {
      render::count_trends_json(trends, console.out);
    } else {
      render::count_trends_text(trends, table_options(), console.out);
    }
    const bool is_found = std::ranges::any_of(trends.processes, [](const report::CountTrend& trend) {
      return trend.trend == report::Trend::growing;
    });
    return exit_status(is_found, doubt_of(file), settings_, 0);
  }

  // Of a log of the system's events.
  std::expected<int, Failure> tell_system_logs(RecordingFile& file, Console& console) {
    if (asks_for_handles())
      return std::unexpected(Failure{file.path() +
                                     ": it is a log of the system's events, and has neither marks nor "
                                     "types: leave out --since, --type and --windbg"});
    analyze::SystemLogHistory history;
    model::Cursor cursor;
    file.reader().read(cursor, history);
    report::SystemLogs logs = history.told(file.reader().world());
    if (file.is_imported()) logs.file = base::file_name(file.path());
    logs.warnings = file.warnings();
    if (settings_.printing.json) {
      render::system_logs_json(logs, console.out);
    } else {
      render::system_logs_text(logs, table_options(), console.out);
    }
    const bool of_handles = settings_.error_on == analyze::ErrorOn::leak;
    const bool is_cut = std::ranges::any_of(
        logs.logs, [](const report::SystemLog& log) { return log.not_read > 0 || log.cut_off; });
    return exit_status(report::has_trouble(logs, of_handles),
                       is_cut ? "some of the log could not be read" : doubt_of(file), settings_, 0);
  }

  // Of what counts or logs, and may well go on.
  static std::string_view doubt_of(const RecordingFile& file) {
    return file.extent() == report::Extent::damaged ? report::kNotAllCouldBeRead : std::string_view();
  }

  [[nodiscard]] bool asks_for_handles() const {
    return since_ || !settings_.analysis.types.empty() || windbg_;
  }

  [[nodiscard]] render::TablesOptions table_options() const {
    const render::TextOptions text =
        text_for(settings_.printing, platform::terminal_of(platform::Stream::output));
    return {.top = text.top, .colour = text.colour};
  }

  static report::CountTrends trends_of(RecordingFile& file) {
    analyze::CountHistory history;
    model::Cursor cursor;
    file.reader().read(cursor, history);
    report::CountTrends trends = history.trends(file.reader().world());
    if (file.is_imported()) trends.file = base::file_name(file.path());
    trends.warnings = file.warnings();
    return trends;
  }

  ReportOptions settings_;
  std::optional<std::string> since_;
  std::vector<std::string> symbol_folders_;
  bool windbg_ = false;
};

}  // namespace

std::unique_ptr<Action> make_report() {
  return std::make_unique<Report>();
}

}  // namespace ajar::cli
