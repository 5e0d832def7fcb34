#include <fmt/format.h>

#include <sstream>

#include "capture/ways.h"
#include "cli/emptied_pools.h"
#include "cli/report_options.h"
#include "cli/setters.h"
#include "platform/file_sink.h"
#include "session/run.h"

namespace ajar::cli {
namespace {

// Where reports go: a stream, or a file that always holds the latest.
class Sink {
 public:
  Sink(std::string path, Console& console) : path_(std::move(path)), console_(console) {}

  [[nodiscard]] bool is_stderr() const { return path_.empty(); }
  [[nodiscard]] bool is_file() const { return !path_.empty() && path_ != "-"; }

  // Says at once, and not after an hour, that the file can't be written.
  base::Result<void> prepare() { return is_file() ? write_file("") : base::Result<void>(); }

  base::Result<void> print(const report::Report& report, const ReportOptions& settings) {
    std::ostringstream text;
    if (is_file()) {
      print_report(report, settings, text, {});
      return write_file(text.view());
    }
    print_report(report, settings, text,
                 platform::terminal_of(is_stderr() ? platform::Stream::error : platform::Stream::output));
    // At once: the program and its children may print, too.
    std::ostream& out = is_stderr() ? console_.err : console_.out;
    if (out << text.view() << std::flush) return {};
    return base::Error(is_stderr() ? "cannot write to standard error" : "cannot write to standard output");
  }

 private:
  base::Result<void> write_file(std::string_view text) {
    base::Result<platform::FileSink> file = platform::FileSink::create(path_);
    if (!file.ok()) return std::move(file).error();
    if (auto written = file.value().write(std::as_bytes(std::span(text))); !written.ok()) return written;
    return file.value().close();
  }

  std::string path_;
  Console& console_;
};

std::vector<std::string> via_choices() {
  std::vector<std::string> names = {"auto"};
  for (const capture::Way& way : capture::ways()) {
    if (way.starts_programs) names.emplace_back(way.name);
  }
  return names;
}

class Run : public Action {
 public:
  std::vector<Option> options() override;
  std::expected<int, Failure> run(std::span<const std::string> operands, Console& console) override;

 private:
  session::RunOptions session_;
  ReportOptions settings_;
  std::string report_path_;
};

std::vector<Option> Run::options() {
  std::vector<Option> all = {
      {.names = "-o,--output",
       .value = "FILE",
       .help = "record into this file (NAME.PID.ajar in the working directory if not given)",
       .set = set_name(session_.output)},
      {.names = "--report",
       .value = "FILE",
       .help = "write the report to this file, or to standard output if it is -",
       .set = set_name(report_path_)},
      {.names = "--via",
       .value = "WAY",
       .help = "how to watch the program; 'ajar check' tells what works here",
       .choices = via_choices(),
       .set = set_name(session_.via)},
  };
  for (Option& option : report_options(settings_)) all.push_back(std::move(option));
  return all;
}

std::expected<int, Failure> Run::run(std::span<const std::string> operands, Console& console) {
  Sink sink(report_path_, console);
  base::Result<void> written = sink.prepare();
  if (!written.ok()) return std::unexpected(Failure{written.error().message()});
  session_.command.assign(operands.begin(), operands.end());
  session_.analysis = settings_.analysis;
  session_.on_report = [&](const report::Report& report, bool /*final*/) {
    written = sink.print(report, settings_);
  };
  session_.on_message = [&](const std::string& message) {
    console.err << "ajar: " << message << '\n' << std::flush;
  };

  const std::expected<session::RunOutcome, session::RunFailure> outcome = session::run(session_);
  if (!outcome) return std::unexpected(Failure{outcome.error().message, outcome.error().exit_status});
  // JSON on standard error stays JSON.
  const bool may_say_more = !(settings_.printing.json && sink.is_stderr());
  if (may_say_more) {
    for (const std::string& line : pools_that_ran_out()) console.err << line << '\n';
  }
  if (outcome->whole && may_say_more) {
    console.err << fmt::format("recorded in {0}; look again with: ajar report {0}\n", outcome->recording);
  }
  if (!written.ok()) return std::unexpected(Failure{written.error().message()});
  const auto status = exit_status(outcome->report, settings_, outcome->exit_status);
  if (!status && !may_say_more) return status.error().exit_status;
  return status;
}

}  // namespace

std::unique_ptr<Action> make_run() {
  return std::make_unique<Run>();
}

}  // namespace ajar::cli
