#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "analyze/system_modules.h"
#include "analyze/tables/change.h"
#include "cli/damage_words.h"
#include "cli/find_process.h"
#include "cli/printing.h"
#include "cli/recording_file.h"
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

  Printing<render::TablesOptions> printing_;
  std::vector<std::string> system_modules_;
  std::optional<std::chrono::nanoseconds> wait_;
  std::optional<int> error_exitcode_;
};

std::vector<Option> Diff::options() {
  std::vector<Option> all = {
      {.names = "--for",
       .value = "DURATION",
       .help = "take the table of a running process now and again after that time: 500ms, 60s, 2m",
       .set = set_duration(wait_)},
      {.names = "--system-module",
       .value = "NAME",
       .help = "never blame this module, as if it were the system's",
       .repeatable = true,
       .set = add_to(system_modules_)},
      {.names = "--error-exitcode",
       .value = "N",
       .help = "exit with this status if a process has more handles than before",
       .set = set_exit_status(error_exitcode_)},
  };
  for (Option& option : printing_options(printing_, {.top = "kinds of handles a process", .json = "JSON"}))
    all.push_back(std::move(option));
  return all;
}

Failure failure(const std::string& path, base::Error error) {
  return Failure{std::move(error).in(path).message()};
}

void warn_of_damage(RecordingFile& file, const std::string& path, report::TableChanges& changes) {
  for (std::string& words : damage_words(file.reader().damage(), file.reader().ended()))
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
  recording::Reader& reader = file.value().reader();
  auto tables = analyze::tables_at(reader, {before, after});
  if (!tables.ok()) return std::unexpected(failure(path, std::move(tables).error()));
  if (are_the_same(tables.value()[0], tables.value()[1])) {
    return std::unexpected(Failure{path + ": that is one and the same snapshot; compare it with another "
                                          "recording: ajar diff BEFORE AFTER"});
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
  auto tables_before = analyze::tables_at(first.value().reader(), {before.moment});
  if (!tables_before.ok()) return std::unexpected(failure(before.path, std::move(tables_before).error()));
  auto tables_after = analyze::tables_at(second.value().reader(), {after.moment});
  if (!tables_after.ok()) return std::unexpected(failure(after.path, std::move(tables_after).error()));
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
  const auto before = plain(live.read(pids, session::TableDepth::summary));
  if (before.empty()) return std::unexpected(Failure{live.troubles().front()});
  if (platform::terminal_of(platform::Stream::error).interactive)
    console.err << "ajar: waiting; Ctrl-C compares at once\n" << std::flush;
  static_cast<void>(waiting.wait(*wait_));
  const auto after = plain(live.read(pids, session::TableDepth::summary));
  if (after.empty()) return std::unexpected(Failure{live.troubles().front()});
  const analyze::SystemModules system(system_modules_);
  report::TableChanges changes = analyze::changes_between(live.world(), before, live.world(), after, system);
  changes.warnings = live.troubles();
  return changes;
}

std::expected<int, Failure> Diff::run(std::span<const std::string> operands, Console& console) {
  if (operands.empty())
    return std::unexpected(
        Failure{"of what? for example: ajar diff gateway --for 60s, or ajar diff before.ajar after.ajar"});
  if (!wait_.has_value() && !RecordingFile::is_meant(operands[0])) {
    return std::unexpected(Failure{
        "'" + operands[0] + "' is no recording; of a running process, say how long to wait: --for 60s"});
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
