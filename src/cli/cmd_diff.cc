#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "analyze/system_modules.h"
#include "analyze/tables/change.h"
#include "cli/find_process.h"
#include "cli/printing.h"
#include "cli/recording_file.h"
#include "cli/recording_report.h"
#include "cli/report_options.h"
#include "cli/session_recording.h"
#include "cli/setters.h"
#include "render/tables.h"
#include "session/live_tables.h"
#include "session/waiting.h"

namespace ajar::cli {
namespace {

using Changes = std::expected<report::TableChanges, Failure>;

class Diff : public Action {
 public:
  std::vector<Option> options() override;
  std::expected<int, Failure> run(std::span<const std::string> operands, Console& console) override;

 private:
  [[nodiscard]] Changes in_one(const std::string& path, const analyze::Moment& before,
                               const analyze::Moment& after) const;
  [[nodiscard]] Changes between(const MomentOperand& before, const MomentOperand& after) const;
  [[nodiscard]] Changes of_recordings(std::span<const std::string> operands) const;
  [[nodiscard]] Changes of_processes(std::span<const std::string> operands, Console& console) const;
  std::expected<int, Failure> tell_changes(std::span<const std::string> operands, Console& console) const;
  [[nodiscard]] std::expected<RecordingFile, Failure> recording_of(const std::string& operand) const;
  std::expected<int, Failure> tell_since(std::span<const std::string> operands, Console& console) const;

  Printing<render::TablesOptions> printing_;
  std::vector<std::string> system_modules_;
  std::optional<std::chrono::nanoseconds> wait_;
  std::optional<std::string> since_;
  std::optional<int> error_exitcode_;
};

std::vector<Option> Diff::options() {
  std::vector<Option> all = {
      {.names = "--for",
       .value = "DURATION",
       .help = "take the table of a running process now and again after that time: 500ms, 60s, 2m",
       .set = set_duration(wait_)},
      since_option(since_,
                   "say what was opened after this mark of 'ajar mark' and is still open, and by which code; "
                   "without a label, after the last mark"),
      {.names = "--system-module",
       .value = "NAME",
       .help = "never blame this module, as if it were the system's",
       .repeatable = true,
       .set = add_to(system_modules_)},
      {.names = "--error-exitcode",
       .value = "N",
       .help =
           "exit with this status if a process has more handles than before; with --since, if any that "
           "was opened since is still open, and with 2 if nothing is but some of the recording is missing",
       .set = set_exit_status(error_exitcode_)},
  };
  for (Option& option : printing_options(printing_, {.top = "kinds of handles a process", .json = "JSON"}))
    all.push_back(std::move(option));
  return all;
}

void warn_of_damage(const RecordingFile& file, const std::string& path, report::TableChanges& changes) {
  for (std::string& words : file.warnings_on_stacks())
    changes.warnings.push_back(words.insert(0, path + ": "));
}

bool are_the_same(const std::vector<analyze::TableAt>& before, const std::vector<analyze::TableAt>& after) {
  return std::ranges::equal(before, after, [](const analyze::TableAt& a, const analyze::TableAt& b) {
    return a.snapshot.image == b.snapshot.image && a.snapshot.begin == b.snapshot.begin;
  });
}

// Of one recording its events, too, tell what was before what.
Changes Diff::in_one(const std::string& path, const analyze::Moment& before,
                     const analyze::Moment& after) const {
  base::Result<RecordingFile> file = RecordingFile::open(path);
  if (!file.ok()) return std::unexpected(Failure{file.error().message()});
  file.value().name_stacks();
  recording::Reader& reader = file.value().reader();
  auto tables = analyze::tables_at(reader, {before, after});
  if (!tables.ok()) return std::unexpected(file.value().failure(tables.error().message()));
  if (are_the_same(tables.value()[0], tables.value()[1])) {
    return std::unexpected(
        file.value().failure("that is one and the same snapshot; compare it with another recording: ajar "
                             "diff BEFORE AFTER"));
  }
  const analyze::SystemModules system(system_modules_);
  report::TableChanges changes =
      analyze::changes_between(reader.world(), tables.value()[0], reader.world(), tables.value()[1], system);
  warn_of_damage(file.value(), path, changes);
  return changes;
}

Changes Diff::between(const MomentOperand& before, const MomentOperand& after) const {
  base::Result<RecordingFile> first = RecordingFile::open(before.path);
  if (!first.ok()) return std::unexpected(Failure{first.error().message()});
  base::Result<RecordingFile> second = RecordingFile::open(after.path);
  if (!second.ok()) return std::unexpected(Failure{second.error().message()});
  first.value().name_stacks();
  second.value().name_stacks();
  auto tables_before = analyze::tables_at(first.value().reader(), {before.moment});
  if (!tables_before.ok()) return std::unexpected(first.value().failure(tables_before.error().message()));
  auto tables_after = analyze::tables_at(second.value().reader(), {after.moment});
  if (!tables_after.ok()) return std::unexpected(second.value().failure(tables_after.error().message()));
  const analyze::SystemModules system(system_modules_);
  report::TableChanges changes =
      analyze::changes_between(first.value().reader().world(), tables_before.value().front(),
                               second.value().reader().world(), tables_after.value().front(), system);
  warn_of_damage(first.value(), before.path, changes);
  warn_of_damage(second.value(), after.path, changes);
  return changes;
}

Changes Diff::of_recordings(std::span<const std::string> operands) const {
  const MomentOperand before = parse_moment(operands[0]);
  if (operands.size() == 1) {
    const analyze::Moment first = before.is_given ? before.moment : analyze::Moment::first();
    return in_one(before.path, first, analyze::Moment::last());
  }
  const MomentOperand after = parse_moment(operands[1]);
  return before.path == after.path ? in_one(before.path, before.moment, after.moment)
                                   : between(before, after);
}

std::vector<analyze::TableAt> plain(const std::vector<session::LiveTable>& tables) {
  std::vector<analyze::TableAt> list;
  for (const session::LiveTable& table : tables) list.push_back(table.table);
  return list;
}

Changes Diff::of_processes(std::span<const std::string> operands, Console& console) const {
  std::vector<std::int64_t> pids;
  for (const std::string& operand : operands) {
    const auto pid = find_process(operand);
    if (!pid) return std::unexpected(pid.error());
    pids.push_back(*pid);
  }
  session::Waiting waiting;
  session::LiveTables live;
  const auto before = plain(live.read(pids, session::TableDepth::names));
  if (before.empty()) return std::unexpected(Failure{live.troubles().front()});
  if (platform::terminal_of(platform::Stream::error).interactive)
    console.err << "ajar: waiting; Ctrl-C compares at once\n" << std::flush;
  static_cast<void>(waiting.wait(*wait_));
  const auto after = plain(live.read(pids, session::TableDepth::names));
  if (after.empty()) return std::unexpected(Failure{live.troubles().front()});
  const analyze::SystemModules system(system_modules_);
  report::TableChanges changes = analyze::changes_between(live.world(), before, live.world(), after, system);
  changes.warnings = live.troubles();
  return changes;
}

// A recording, or that of a running session, which brings it up to now and goes on with it.
std::expected<RecordingFile, Failure> Diff::recording_of(const std::string& operand) const {
  const auto opened = [](const std::string& path,
                         recording::File kind) -> std::expected<RecordingFile, Failure> {
    base::Result<RecordingFile> file = RecordingFile::open(path, kind);
    if (!file.ok()) return std::unexpected(Failure{file.error().message()});
    return std::move(file).value();
  };
  if (!RecordingFile::is_meant(operand)) {
    const auto path = recording_of_session(operand, *since_);
    if (!path) return std::unexpected(path.error());
    return opened(*path, recording::File::growing);
  }
  if (parse_moment(operand).is_given)
    return std::unexpected(
        Failure{"--since tells up to the recording's end: leave out what stands behind the '@'"});
  return opened(operand, recording::File::whole);
}

std::expected<int, Failure> Diff::tell_since(std::span<const std::string> operands, Console& console) const {
  if (operands.size() != 1)
    return std::unexpected(
        Failure{"--since is about one process or recording: ajar diff gateway --since LABEL"});
  std::expected<RecordingFile, Failure> file = recording_of(operands[0]);
  if (!file) return std::unexpected(std::move(file).error());
  ReportOptions settings;
  settings.analysis.system_modules = system_modules_;
  settings.printing.json = printing_.json;
  settings.printing.text.top = printing_.text.top;
  settings.printing.text.full_stacks = printing_.text.full_stacks;
  settings.error_exitcode = error_exitcode_;
  settings.error_on = analyze::ErrorOn::any;
  const auto report = report_on(*file, settings.analysis, since_);
  if (!report) return std::unexpected(report.error());
  print_report(*report, settings, console.out, platform::terminal_of(platform::Stream::output));
  return exit_status(*report, settings, 0);
}

std::expected<int, Failure> Diff::run(std::span<const std::string> operands, Console& console) {
  if (operands.empty())
    return std::unexpected(
        Failure{"of what? for example: ajar diff gateway --for 60s, or ajar diff before.ajar after.ajar"});
  if (since_.has_value() && wait_.has_value())
    return std::unexpected(Failure{"--since looks back and --for waits: one of them"});
  return since_.has_value() ? tell_since(operands, console) : tell_changes(operands, console);
}

std::expected<int, Failure> Diff::tell_changes(std::span<const std::string> operands,
                                               Console& console) const {
  if (!wait_.has_value() && !RecordingFile::is_meant(operands[0])) {
    return std::unexpected(Failure{"'" + operands[0] +
                                   "' is no recording; of a running process, say how long to wait: --for "
                                   "60s, or since which mark: --since LABEL"});
  }
  if (!wait_.has_value() && operands.size() > 2) return std::unexpected(Failure{"two recordings at a time"});
  if (wait_.has_value() && RecordingFile::is_meant(operands[0]))
    return std::unexpected(
        Failure{"--for is about running processes, and '" + operands[0] + "' is a recording"});
  const Changes changes = wait_.has_value() ? of_processes(operands, console) : of_recordings(operands);
  if (!changes) return std::unexpected(changes.error());
  if (printing_.json) {
    render::changes_json(*changes, console.out);
  } else {
    render::changes_text(*changes, text_for(printing_, platform::terminal_of(platform::Stream::output)),
                         console.out);
  }
  const bool grew = std::ranges::any_of(
      changes->processes, [](const report::TableChange& change) { return change.after > change.before; });
  return grew && error_exitcode_ ? *error_exitcode_ : 0;
}

}  // namespace

std::unique_ptr<Action> make_diff() {
  return std::make_unique<Diff>();
}

}  // namespace ajar::cli
