#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analyze/number_history.h"
#include "base/number.h"
#include "cli/printing.h"
#include "cli/recording_file.h"
#include "cli/setters.h"
#include "render/number_history.h"

namespace ajar::cli {
namespace {

// As ajar prints handles, or in hex, as Windows' programs do.
std::expected<std::uint64_t, Failure> number_of(const std::string& operand) {
  const bool hex = operand.starts_with("0x");
  const auto number = base::parse_number(std::string_view(operand).substr(hex ? 2 : 0), hex ? 16 : 10);
  if (number.has_value()) return *number;
  return std::unexpected(Failure{fmt::format(
      "'{}' is no handle's number; write the number first: ajar who-closed 17 server.ajar", operand)});
}

class WhoClosed : public Action {
 public:
  std::vector<Option> options() override;
  std::expected<int, Failure> run(std::span<const std::string> operands, Console& console) override;

 private:
  [[nodiscard]] Failure nothing_to_tell(const RecordingFile& file, const report::NumberHistories& histories,
                                        const analyze::NumberWatch& watch, const model::World& world) const;

  Printing<render::TextOptions> printing_{.text = {.top = 40}};
  std::string process_;
};

std::vector<Option> WhoClosed::options() {
  std::vector<Option> all = {
      {.names = "--process",
       .value = "PID|NAME",
       .help = "only of the process with this pid, or of those whose program or command line is so named",
       .set = set_name(process_)},
  };
  const PrintingWords words = {.top = "events of a process, the newest",
                               .json = "answers and events as JSON"};
  for (Option& option : printing_options(printing_, words)) all.push_back(std::move(option));
  return all;
}

// `histories` has none.
Failure WhoClosed::nothing_to_tell(const RecordingFile& file, const report::NumberHistories& histories,
                                   const analyze::NumberWatch& watch, const model::World& world) const {
  if (analyze::processes_meant(world, process_).empty()) {
    const std::vector<std::string> all = analyze::processes_meant(world, "");
    if (all.empty()) return file.failure("there is no process in it; record again");
    return file.failure(fmt::format("no process '{}' in it; there are: {}", process_, fmt::join(all, ", ")));
  }
  if (!histories.warnings.empty()) {
    return file.failure(
        fmt::format("nothing is known of fd {}: {}", watch.handle(), fmt::join(histories.warnings, "; ")));
  }
  return file.failure(fmt::format("fd {} was never open in it{}; {}", watch.handle(),
                                  process_.empty() ? "" : fmt::format(" in '{}'", process_),
                                  analyze::numbers_nearby(watch, world, process_)));
}

std::expected<int, Failure> WhoClosed::run(std::span<const std::string> operands, Console& console) {
  const auto number = number_of(operands[0]);
  if (!number) return std::unexpected(number.error());
  base::Result<RecordingFile> file = RecordingFile::open(operands[1]);
  if (!file.ok()) return std::unexpected(Failure{file.error().message()});
  file.value().name_stacks();
  recording::Reader& reader = file.value().reader();
  analyze::NumberWatch watch(*number);
  model::Cursor cursor;
  reader.read(cursor, watch);
  const analyze::SystemModules system({});
  report::NumberHistories histories = analyze::number_histories(watch, reader.world(), system, process_);
  if (histories.processes.empty())
    return std::unexpected(nothing_to_tell(file.value(), histories, watch, reader.world()));
  if (!watch.has_traced()) {
    return std::unexpected(file.value().failure(
        "it holds handle tables only, which don't tell who closed what; record with ajar run"));
  }
  for (std::string& warning : file.value().warnings_on_stacks())
    histories.warnings.push_back(std::move(warning));
  if (printing_.json) {
    render::number_history_json(histories, console.out);
  } else {
    const platform::Terminal terminal = platform::terminal_of(platform::Stream::output);
    render::number_history_text(histories, text_for(printing_, terminal), console.out);
  }
  return 0;
}

}  // namespace

std::unique_ptr<Action> make_who_closed() {
  return std::make_unique<WhoClosed>();
}

}  // namespace ajar::cli
