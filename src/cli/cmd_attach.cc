#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/number.h"
#include "base/path.h"
#include "base/words.h"
#include "capture/ways.h"
#include "cli/attach_screen.h"
#include "cli/emptied_pools.h"
#include "cli/find_process.h"
#include "cli/report_options.h"
#include "cli/setters.h"
#include "platform/terminal.h"
#include "session/attach.h"
#include "session/live_tables.h"

namespace ajar::cli {
namespace {

std::string via_help() {
  std::vector<std::string> words;
  for (const capture::Way& way : capture::ways()) {
    if (!way.attached.empty()) words.push_back(fmt::format("{} {}", way.name, way.attached));
  }
  return "how to watch it: " + base::joined(words, "; ");
}

class Attach : public Action {
 public:
  std::vector<Option> options() override;
  std::expected<int, Failure> run(std::span<const std::string> operands, Console& console) override;

 private:
  std::expected<void, Failure> find(std::span<const std::string> operands);
  std::expected<void, Failure> wait_for(std::span<const std::string> operands);

  session::AttachOptions session_;
  ReportOptions settings_;
  bool all_ = false, wait_ = false;
};

std::vector<Option> Attach::options() {
  std::vector<Option> all = {
      {.names = "--for",
       .value = "DURATION",
       .help = "detach after that time: 30s, 10m (otherwise at Ctrl-C, or when the process ends)",
       .set = set_duration(session_.duration)},
      {.names = "--until-leak",
       .help = "detach as soon as something is called a leak",
       .set = set_flag(session_.until_leak)},
      {.names = "--children",
       .help = "also watch its children, those that it has and those that it makes",
       .set = set_flag(session_.children)},
      {.names = "--all",
       .help = "watch all processes that match, where a name matches several",
       .set = set_flag(all_)},
      {.names = "--wait",
       .help = "wait for a program of that name (its file's, or its script's) to begin, whoever starts it",
       .set = set_flag(wait_)},
      {.names = "-o,--output",
       .value = "FILE",
       .help = "record into this file (NAME.PID.ajar in the working directory if not given)",
       .set = set_name(session_.output)},
      {.names = "--via",
       .value = "WAY",
       .help = via_help(),
       .choices = capture::ways_that_attach(),
       .set = set_name(session_.via)},
  };
  for (Option& option : report_options(settings_)) all.push_back(std::move(option));
  return all;
}

std::expected<void, Failure> Attach::find(std::span<const std::string> operands) {
  for (const std::string& operand : operands) {
    std::vector<std::int64_t> found;
    if (all_) {
      const auto matching = session::find_processes(operand);
      if (!matching.ok()) return std::unexpected(Failure{matching.error().message()});
      found = matching.value();
    }
    if (found.empty()) {
      const auto pid = find_process(operand);
      if (!pid) return std::unexpected(pid.error());
      found.push_back(*pid);
    }
    for (const std::int64_t pid : found) {
      if (std::ranges::find(session_.pids, pid) == session_.pids.end()) session_.pids.push_back(pid);
    }
  }
  return {};
}

std::expected<void, Failure> Attach::wait_for(std::span<const std::string> operands) {
  if (operands.size() != 1 || operands.front().empty())
    return std::unexpected(Failure{"--wait takes one name, of a program that is yet to begin"});
  if (base::parse_number(operands.front()))
    return std::unexpected(Failure{"--wait takes a name: a process that has a number has begun already"});
  session_.wait_for = operands.front();
  session_.name = base::file_name(operands.front());
  return {};
}

std::expected<int, Failure> Attach::run(std::span<const std::string> operands, Console& console) {
  if (auto found = wait_ ? wait_for(operands) : find(operands); !found) return std::unexpected(found.error());
  if (!wait_) session_.name = session::process_name(session_.pids.front());
  AttachScreen screen(console.err, platform::terminal_of(platform::Stream::error), session_.name);
  session_.analysis = settings_.analysis;
  session_.progress_every = screen.every();
  session_.on_wait = [&] { screen.wait(); };
  session_.on_begin = [&](const session::AttachBegun& begun) { screen.begin(begun); };
  session_.on_progress = [&](const report::Report& report, double seconds) {
    screen.progress(report, seconds);
  };
  session_.on_message = [&](const std::string& message) { screen.say(message); };
  session_.on_report = [&](const report::Report& report, bool final) {
    if (final) return;
    screen.clear();
    print_report(report, settings_, console.out, platform::terminal_of(platform::Stream::output));
    console.out.flush();
  };
  const auto outcome = session::attach(session_);
  if (!outcome) return std::unexpected(Failure{outcome.error().message, outcome.error().exit_status});
  screen.end(outcome->all_ended);
  print_report(outcome->report, settings_, console.out, platform::terminal_of(platform::Stream::output));
  if (!console.out.flush()) return std::unexpected(Failure{"cannot write to standard output"});
  for (const std::string& line : pools_that_ran_out()) console.err << line << '\n';
  if (outcome->whole)
    console.err << fmt::format("recorded in {0}; look again with: ajar report {0}\n", outcome->recording);
  return exit_status(outcome->report, settings_, outcome->whole && !outcome->cut_off ? 0 : 2);
}

}  // namespace

std::unique_ptr<Action> make_attach() {
  return std::make_unique<Attach>();
}

}  // namespace ajar::cli
