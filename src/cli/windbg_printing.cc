#include "cli/windbg_printing.h"

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "analyze/pattern.h"
#include "base/words.h"
#include "cli/console_live.h"
#include "cli/find_process.h"
#include "cli/recording_file.h"
#include "cli/setters.h"
#include "console/handle_layout.h"
#include "console/other_layouts.h"
#include "console/recorded.h"
#include "console/trace_layout.h"

namespace ajar::cli {
namespace {

struct Shown {
  console::Style style;
  console::ProcessRow process;
  model::Snapshot table;
};

// Those of its processes that have a table.
std::expected<void, std::string> add_tables(console::Subject& subject, bool facts,
                                            std::vector<Shown>& shown) {
  std::string why = "there is no process in it";
  bool any = false;
  for (std::size_t i = 0; i < subject.processes().size(); ++i) {
    auto table = subject.table(i, facts);
    if (!table.ok()) {
      why = table.error().message();
      continue;
    }
    any = true;
    shown.push_back({subject.style(), subject.processes()[i], std::move(table).value()});
  }
  if (!any) return std::unexpected(why);
  return {};
}

std::expected<void, Failure> add_operand(const std::string& operand, bool facts, std::vector<Shown>& shown) {
  if (!RecordingFile::is_meant(operand)) {
    const auto pid = find_process(operand, ", and it is no recording");
    if (!pid) return std::unexpected(pid.error());
    const std::unique_ptr<console::Subject> live = live_subject(*pid);
    if (auto added = add_tables(*live, facts, shown); !added) return std::unexpected(Failure{added.error()});
    return {};
  }
  const MomentOperand meant = parse_moment(operand);
  auto file = RecordingFile::open(meant.path);
  if (!file.ok()) return std::unexpected(Failure{file.error().message()});
  console::Recorded recorded(file.value().reader(), meant.moment);
  if (auto added = add_tables(recorded, facts, shown); !added)
    return std::unexpected(file.value().failure(added.error()));
  return {};
}

// The table's types that the pattern means, as WinDbg calls them; itself where there are none.
std::vector<std::string> types_meant(const std::string& pattern, const model::Snapshot& table) {
  std::vector<std::string> types;
  for (const auto& [type, count] : table.types()) {
    const std::string name(console::shown_type(type));
    if (analyze::matches_pattern(pattern, type) || base::same_word(pattern, name)) types.push_back(name);
  }
  if (types.empty()) types.push_back(pattern);
  return types;
}

void print_table(const Shown& shown, const WindbgTables& wanted, std::ostream& out) {
  using console::HandleQuestion;
  HandleQuestion question{.flags = wanted.details ? HandleQuestion::kAll : 0};
  if (wanted.types.empty()) console::print_handles(shown.table, question, shown.style, out);
  for (const std::string& pattern : wanted.types) {
    for (std::string& type : types_meant(pattern, shown.table)) {
      question.type = std::move(type);
      console::print_handles(shown.table, question, shown.style, out);
    }
  }
}

}  // namespace

Option windbg_option(bool& windbg, std::string help) {
  return {.names = "--windbg", .help = std::move(help), .set = set_flag(windbg)};
}

std::expected<void, Failure> print_windbg_tables(std::span<const std::string> operands,
                                                 const WindbgTables& wanted, std::ostream& out) {
  std::vector<Shown> all;
  for (const std::string& operand : operands) {
    if (auto added = add_operand(operand, wanted.details, all); !added) return added;
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all.size() > 1) console::print_process(i, all[i].process, false, all[i].style, out);
    print_table(all[i], wanted, out);
  }
  return {};
}

void print_windbg_report(const report::Report& report, model::Source& source, std::ostream& out) {
  console::Recorded recorded(source);
  std::optional<model::Time> since;
  if (report.since)
    since = std::chrono::duration_cast<model::Time>(std::chrono::duration<double>(report.since->at_s));
  for (std::size_t i = 0; i < report.processes.size(); ++i) {
    const report::Process& told = report.processes[i];
    const auto process = recorded.find(told.pid);
    if (!process) continue;
    if (report.processes.size() > 1)
      console::print_process(i, recorded.processes()[*process], false, recorded.style(), out);
    const console::Traces traces = recorded.opens_in(*process, told, since);
    console::print_outstanding(traces.traces, traces.of, recorded.style(), out);
  }
}

}  // namespace ajar::cli
