#include <optional>

#include "cli/console_live.h"
#include "cli/find_process.h"
#include "cli/recording_file.h"
#include "cli/setters.h"
#include "console/interpreter.h"
#include "console/line_input.h"
#include "console/recorded.h"
#include "platform/terminal.h"

namespace ajar::cli {
namespace {

class ConsoleAction : public Action {
 public:
  std::vector<Option> options() override {
    return {
        {.names = "-c,--command",
         .value = "COMMANDS",
         .help = "carry these out, with ';' between them, and end; exit with 1 if one is unknown or fails",
         .repeatable = true,
         .set = add_to(commands_)},
        {.names = "--symbol-path",
         .value = "DIR",
         .help = "of a dump, and of a recording that was cut off: look here, too, for the modules and their "
                 "debug information",
         .repeatable = true,
         .set = add_to(symbol_folders_)},
    };
  }

  std::expected<int, Failure> run(std::span<const std::string> operands, Console& console) override {
    const std::string& operand = operands[0];
    if (!RecordingFile::is_meant(operand)) {
      const auto pid = find_process(operand, ", and it is no recording or dump");
      if (!pid) return std::unexpected(pid.error());
      return talk_about_process(*pid, console);
    }
    const MomentOperand meant = parse_moment(operand);
    auto file = RecordingFile::open(meant.path, recording::File::whole, symbol_folders_);
    if (!file.ok()) return std::unexpected(Failure{file.error().message()});
    if (!file.value().tells_of_handles()) return std::unexpected(file.value().failure(""));
    file.value().name_stacks();
    console::Recorded recorded(file.value().reader(), meant.moment);
    if (recorded.processes().empty())
      return std::unexpected(file.value().failure("there is no process in it"));
    for (const std::string& warning : file.value().warnings_on_stacks())
      console.err << "ajar: console: " << meant.path << ": " << warning << '\n';
    return talk(recorded, console);
  }

 private:
  std::expected<int, Failure> talk_about_process(std::int64_t pid, Console& console) {
    const std::unique_ptr<console::Subject> live = live_subject(pid);
    if (const auto table = live->table(0, false); !table.ok())
      return std::unexpected(Failure{table.error().message()});
    return talk(*live, console);
  }

  // What is piped may fail without harm: only -c is for scripts that ask.
  std::expected<int, Failure> talk(console::Subject& subject, Console& console) {
    console::Interpreter interpreter(subject, console.out, console.err);
    bool all_well = true;
    for (const std::string& line : commands_) all_well = interpreter.run(line) && all_well;
    if (!commands_.empty()) return all_well ? 0 : 1;
    const bool typed = platform::terminal_of(platform::Stream::input).interactive;
    const std::unique_ptr<console::LineInput> input = console::standard_input(typed);
    while (!interpreter.has_ended()) {
      const std::optional<std::string> line = input->next(interpreter.prompt());
      if (!line) break;
      interpreter.run(*line);
      if (typed) console.out.flush();
    }
    return 0;
  }

  std::vector<std::string> commands_;
  std::vector<std::string> symbol_folders_;
};

}  // namespace

std::unique_ptr<Action> make_console() {
  return std::make_unique<ConsoleAction>();
}

}  // namespace ajar::cli
