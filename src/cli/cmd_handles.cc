#include <algorithm>
#include <utility>

#include "analyze/code_path.h"
#include "analyze/pattern.h"
#include "analyze/tables/describe.h"
#include "cli/emptied_pools.h"
#include "cli/find_process.h"
#include "cli/printing.h"
#include "cli/recording_file.h"
#include "cli/setters.h"
#include "cli/windbg_printing.h"
#include "render/tables.h"
#include "report/words.h"
#include "session/live_tables.h"

namespace ajar::cli {
namespace {

constexpr std::size_t kAll = 0;

class Handles : public Action {
 public:
  std::vector<Option> options() override;
  std::expected<int, Failure> run(std::span<const std::string> operands, Console& console) override;

 private:
  enum class Order : unsigned char { as_usual, count, used, pid, number, type, name };

  std::expected<int, Failure> list_processes(Console& console);
  std::expected<void, Failure> add_recording(const std::string& operand, report::HandleTables& tables);
  std::expected<void, Failure> add_processes(const std::vector<std::int64_t>& pids,
                                             report::HandleTables& tables);
  void warn_of_unmatched_types(report::HandleTables& tables) const;
  [[nodiscard]] analyze::TableOptions table_options() const;

  Printing<render::TablesOptions> printing_;
  bool details_ = false;
  bool list_ = false;
  bool windbg_ = false;
  std::vector<std::string> types_;
  unsigned threads_ = 0;
  Order order_ = Order::as_usual;
};

std::vector<Option> Handles::options() {
  std::vector<Option> all = {
      {.names = "--type",
       .value = "TYPE",
       .help = "list the handles of this type, such as file, \"tcp socket\" or \"unix*\"",
       .repeatable = true,
       .set = add_to(types_)},
      {.names = "-l,--list", .help = "list every handle, a line each", .set = set_flag(list_)},
      {.names = "-v,--verbose",
       .help = "list every handle with all that the kernel knows of it, and who else holds it",
       .set = set_flag(details_)},
      windbg_option(windbg_, "answer as WinDbg's !handle 0 0 does, with -v as !handle 0 f"),
      {.names = "--sort",
       .value = "KEY",
       .help = "processes by count (if not given), used, pid or name; handles by number (if not given), type "
               "or name",
       .choices = {"count", "used", "pid", "number", "type", "name"},
       .set = [&](const std::string& key) -> base::Result<void> {
         constexpr std::pair<std::string_view, Order> kKeys[] = {
             {"count", Order::count},   {"used", Order::used}, {"pid", Order::pid},
             {"number", Order::number}, {"type", Order::type}, {"name", Order::name}};
         const auto* found = std::ranges::find(kKeys, key, &std::pair<std::string_view, Order>::first);
         order_ = found->second;
         return {};
       }},
      {.names = "--threads",
       .value = "N",
       .help = "read a large table by at most N threads (as many as there are processors if not given)",
       .set = set_number(threads_, 1, 64)},
  };
  for (Option& option : printing_options(printing_, {.top = "processes", .json = "JSON"}))
    all.push_back(std::move(option));
  return all;
}

analyze::TableOptions Handles::table_options() const {
  using analyze::HandleOrder;
  analyze::TableOptions options;
  options.types = types_;
  options.details = details_;
  options.handles = details_ || list_ || printing_.json || !types_.empty();
  options.order = order_ == Order::type   ? HandleOrder::type
                  : order_ == Order::name ? HandleOrder::name
                                          : HandleOrder::number;
  return options;
}

std::expected<int, Failure> Handles::list_processes(Console& console) {
  if (details_ || list_ || windbg_ || !types_.empty()) {
    return std::unexpected(
        Failure{"--verbose, --list, --windbg and --type are about the handles of a process; of which one? "
                "for example: ajar "
                "handles gateway -v"});
  }
  if (order_ == Order::number || order_ == Order::type)
    return std::unexpected(Failure{"--sort: processes are sorted by count, used, pid or name"});
  const bool by_count = order_ == Order::as_usual || order_ == Order::count;
  // Only what is printed needs to be looked into.
  const std::size_t looked_at = printing_.json || !by_count ? kAll : printing_.text.top;
  report::ProcessCounts counts = session::count_handles(looked_at);
  const auto share = [](const report::ProcessCount& process) {
    const auto limit = static_cast<double>(process.soft_limit.value_or(UINT64_MAX));
    return limit == 0 ? 1.0 : static_cast<double>(process.open.value_or(0)) / limit;
  };
  counts.machine = emptied_pools();
  if (order_ == Order::pid) std::ranges::stable_sort(counts.processes, {}, &report::ProcessCount::pid);
  if (order_ == Order::name) std::ranges::stable_sort(counts.processes, {}, &report::ProcessCount::name);
  if (order_ == Order::used) std::ranges::stable_sort(counts.processes, std::ranges::greater(), share);
  if (printing_.json) {
    render::counts_json(counts, console.out);
  } else {
    render::counts_text(counts, text_for(printing_, platform::terminal_of(platform::Stream::output)),
                        console.out);
  }
  return 0;
}

std::expected<void, Failure> Handles::add_recording(const std::string& operand,
                                                    report::HandleTables& tables) {
  const MomentOperand meant = parse_moment(operand);
  base::Result<RecordingFile> file = RecordingFile::open(meant.path);
  if (!file.ok()) return std::unexpected(Failure{file.error().message()});
  file.value().name_stacks();
  recording::Reader& reader = file.value().reader();
  auto found = analyze::tables_at(reader, {meant.moment});
  if (!found.ok()) return std::unexpected(file.value().failure(found.error().message()));
  const analyze::SystemModules system({});
  analyze::CodePaths paths(reader.world(), system);
  for (const analyze::TableAt& table : found.value().front())
    tables.processes.push_back(analyze::describe(reader.world(), table, table_options(), paths));
  for (std::string& words : file.value().warnings_on_stacks())
    tables.warnings.push_back(words.insert(0, meant.path + ": "));
  return {};
}

std::expected<void, Failure> Handles::add_processes(const std::vector<std::int64_t>& pids,
                                                    report::HandleTables& tables) {
  session::LiveTables live(threads_);
  const session::TableDepth depth = details_                  ? session::TableDepth::details
                                    : table_options().handles ? session::TableDepth::names
                                                              : session::TableDepth::summary;
  const auto found = live.read(pids, depth);
  const analyze::SystemModules system({});
  analyze::CodePaths paths(live.world(), system);
  for (const session::LiveTable& table : found) {
    report::HandleTable& told =
        tables.processes.emplace_back(analyze::describe(live.world(), table.table, table_options(), paths));
    told.limits = table.limits;
  }
  if (found.empty()) return std::unexpected(Failure{live.troubles().front()});
  tables.machine = emptied_pools();
  tables.warnings.insert(tables.warnings.end(), live.troubles().begin(), live.troubles().end());
  if (live.unread() > 0) {
    tables.warnings.push_back(
        "who else holds these handles is told without " +
        report::counted(live.unread(), "process", "processes") +
        " that may not be looked into: that takes CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH");
  }
  return {};
}

// A filter that matches nothing may be a mistake in writing.
void Handles::warn_of_unmatched_types(report::HandleTables& tables) const {
  for (const std::string& wanted : types_) {
    const bool matches = std::ranges::any_of(tables.processes, [&](const report::HandleTable& table) {
      return std::ranges::any_of(table.types, [&](const report::TypeCount& count) {
        return analyze::matches_pattern(wanted, count.type);
      });
    });
    if (!matches) tables.warnings.push_back("no handle is of type '" + wanted + "'");
  }
}

std::expected<int, Failure> Handles::run(std::span<const std::string> operands, Console& console) {
  if (operands.empty()) return list_processes(console);
  if (order_ == Order::count || order_ == Order::used || order_ == Order::pid)
    return std::unexpected(Failure{"--sort: handles are sorted by number, type or name"});
  if (windbg_) {
    if (printing_.json) return std::unexpected(Failure{"--windbg and --json: one of them"});
    const WindbgTables wanted{.types = types_, .details = details_ || list_};
    if (auto printed = print_windbg_tables(operands, wanted, console.out); !printed)
      return std::unexpected(std::move(printed).error());
    return 0;
  }
  report::HandleTables tables;
  std::vector<std::int64_t> pids;
  for (const std::string& operand : operands) {
    if (RecordingFile::is_meant(operand)) {
      if (auto added = add_recording(operand, tables); !added)
        return std::unexpected(std::move(added).error());
      continue;
    }
    const auto pid = find_process(operand, ", and it is no recording");
    if (!pid) return std::unexpected(pid.error());
    if (std::ranges::find(pids, *pid) == pids.end()) pids.push_back(*pid);
  }
  if (!pids.empty()) {
    if (auto added = add_processes(pids, tables); !added) return std::unexpected(std::move(added).error());
  }
  warn_of_unmatched_types(tables);
  if (printing_.json) {
    render::tables_json(tables, console.out);
  } else {
    render::TablesOptions text = text_for(printing_, platform::terminal_of(platform::Stream::output));
    text.details = details_;
    render::tables_text(tables, text, console.out);
  }
  return 0;
}

}  // namespace

std::unique_ptr<Action> make_handles() {
  return std::make_unique<Handles>();
}

}  // namespace ajar::cli
