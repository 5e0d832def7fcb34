#include "analyze/analysis.h"
#include "cli/damage_words.h"
#include "cli/recording_file.h"
#include "cli/report_options.h"

namespace ajar::cli {
namespace {

base::Result<report::Report> read_report(const std::string& path, const analyze::Options& options) {
  base::Result<RecordingFile> file = RecordingFile::open(path);
  if (!file.ok()) return std::move(file).error();
  recording::Reader& reader = file.value().reader();
  analyze::Analysis analysis(options);
  model::Cursor cursor;
  reader.read(cursor, analysis);
  report::Report report = analysis.finish(reader.world(), reader.end());
  for (std::string& words : damage_words(reader.damage(), reader.ended()))
    report.warnings.push_back(std::move(words));
  return report;
}

class Report : public Action {
 public:
  std::vector<Option> options() override { return report_options(settings_); }

  std::expected<int, Failure> run(std::span<const std::string> operands, Console& console) override {
    base::Result<report::Report> report = read_report(operands[0], settings_.analysis);
    if (!report.ok()) return std::unexpected(Failure{report.error().message()});
    print_report(report.value(), settings_, console.out, platform::terminal_of(platform::Stream::output));
    return exit_status(report.value(), settings_, 0);
  }

 private:
  ReportOptions settings_;
};

}  // namespace

std::unique_ptr<Action> make_report() {
  return std::make_unique<Report>();
}

}  // namespace ajar::cli
