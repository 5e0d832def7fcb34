#include "analyze/analysis.h"
#include "cli/report_options.h"
#include "platform/mapped_file.h"
#include "recording/reader.h"

namespace ajar::cli {
namespace {

base::Result<report::Report> read_report(const std::string& path, const analyze::Options& options) {
  base::Result<platform::MappedFile> file = platform::MappedFile::open(path);
  if (!file.ok()) return std::move(file).error();
  base::Result<recording::Reader> reader = recording::Reader::open(file.value().bytes());
  if (!reader.ok()) return std::move(reader).error().in(path);
  analyze::Analysis analysis(options);
  model::Cursor cursor;
  reader.value().read(cursor, analysis);
  return analysis.finish(reader.value().world(), reader.value().end());
}

class Report : public Action {
 public:
  std::vector<Option> options() override { return report_options(settings_); }

  std::expected<int, Failure> run(std::span<const std::string> operands, Console& console) override {
    base::Result<report::Report> report = read_report(operands[0], settings_.analysis);
    if (!report.ok()) return std::unexpected(Failure{report.error().message()});
    print_report(report.value(), settings_, console.out);
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
