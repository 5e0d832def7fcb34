#include "session/run.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "capture/agent_library.h"
#include "capture/preload/preload.h"
#include "capture/program.h"
#include "platform/path_search.h"
#include "platform/signal_state.h"
#include "platform/spawn.h"
#include "session/live_recorder.h"
#include "session/origin.h"
#
#include "session/signals.h"

namespace ajar::session {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

std::unexpected<RunFailure> failure(const base::Error& error, int exit_status = 2) {
  return std::unexpected(RunFailure{error.message(), exit_status});
}

std::vector<std::string> own_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable)
    variables.emplace_back(*variable);
  return variables;
}

// A recording that is named after the process has to be made before there is a process: it gets its name in
// the end.
struct RecordingFile {
  std::string path;
  std::string final_path_prefix;  // empty: the path is the user's own

  static RecordingFile for_program(const RunOptions& options) {
    if (!options.output.empty()) return {options.output, {}};
    const std::string name = std::filesystem::path(options.command.front()).filename().string();
    return {"." + name + "." + std::to_string(getpid()) + ".ajar.part", name};
  }

  void name_after(std::int64_t pid) {
    if (final_path_prefix.empty()) return;
    const std::string wanted = final_path_prefix + "." + std::to_string(pid) + ".ajar";
    std::error_code failed;
    std::filesystem::rename(path, wanted, failed);
    if (!failed) path = wanted;
  }

  void remove() const {
    std::error_code ignored;
    if (!final_path_prefix.empty()) std::filesystem::remove(path, ignored);
  }
};

base::Result<platform::FileSink> create_recording(const RecordingFile& file) {
  auto sink = platform::FileSink::create(file.path);
  if (sink.ok() || file.final_path_prefix.empty()) return sink;
  return base::Error("no recording can be made in the working directory (" + sink.error().message() +
                     "); name a file with -o FILE");
}

// The loop of a session: reads what the agents write, and acts on signals, until the program has ended.
class Loop {
 public:
  Loop(const RunOptions& options, capture::preload::Preload& preload, LiveRecorder& recorder,
       platform::Child child, Signals& signals)
      : options_(options), preload_(preload), recorder_(recorder), child_(child), signals_(signals) {}

  platform::Ended run() {
    platform::Ended ended;
    for (;;) {
      if (auto now_ended = turn()) {
        ended = *now_ended;
        break;
      }
    }
    if (report_by_) report_by_ = Clock::now();
    report_if_wanted();
    preload_.ended(child_.pid(), ended.exit_status, ended.killed_by_signal);
    wait_for_stragglers();
    preload_.finish();
    wait_for_names();
    return ended;
  }

 private:
  // One look at everything; the end of the program if it has ended.
  std::optional<platform::Ended> turn() {
    const auto progress = preload_.poll();
    recorder_.hurry(comes_fast(progress));
    recorder_.flush_if_due();
    if (auto trouble = recorder_.take_trouble(); trouble && options_.on_message)
      options_.on_message(*trouble);
    recorder_.see_modules();
    look_around();
    report_if_wanted();
    milliseconds pause = pause_after(progress);
    while (const std::optional<Signal> signal = signals_.wait(pause)) {
      act_on(*signal);
      pause = milliseconds(0);
    }
    auto ended = child_.poll();
    if (!ended.ok()) return platform::Ended{};
    return std::move(ended).value();
  }

  // Faster than it can be packed by a tenth of a processor.
  bool comes_fast(const capture::preload::Preload::Progress& progress) {
    constexpr double kFast = 200'000;  // records in a second
    const auto now = Clock::now();
    const std::chrono::duration<double> since = now - std::exchange(last_poll_, now);
    return static_cast<double>(progress.records) > kFast * since.count();
  }

  // Rings that fill up are emptied without pause. Otherwise it is better to come seldom and read much: every
  // look costs the writers a cache line, and the processor may be theirs.
  static milliseconds pause_after(const capture::preload::Preload::Progress& progress) {
    constexpr std::uint32_t kFillingUp = 20;
    return progress.fullest_percent >= kFillingUp ? milliseconds(0) : kPause;
  }

  void act_on(const Signal& signal) {
    if (signal.number == SIGCHLD) return;
    if (signal.number == SIGUSR1) {
      preload_.poll();
      recorder_.name_code();
      if (!report_by_) report_by_ = Clock::now() + kNamesTake;
      return;
    }
    // What the terminal sends, the program got by itself.
    if (!signal.from_terminal) send(child_.pid(), signal.number);
  }

  // Once the code has its names, for which the rings don't wait.
  void report_if_wanted() {
    if (!report_by_ || (!recorder_.code_is_named() && Clock::now() < *report_by_)) return;
    report_by_.reset();
    preload_.poll();
    preload_.snapshot();
    recorder_.name_code();
    if (options_.on_report) options_.on_report(recorder_.report(), false);
  }

  // About once a second, and never for more than a fiftieth of the time: what a session that is cut off
  // should have.
  void look_around() {
    const auto now = Clock::now();
    if (now < next_snapshot_) return;
    preload_.snapshot();
    recorder_.name_code();
    const auto took = Clock::now() - now;
    next_snapshot_ = now + std::max<Clock::duration>(kSnapshotEvery, 50 * took);
  }

  // Children that end with the program (a pipeline's last, a server's workers) get a moment for it.
  void wait_for_stragglers() {
    const auto until = Clock::now() + milliseconds(300);
    while (Clock::now() < until) {
      preload_.poll();
      preload_.notice_ends();
      if (preload_.settled()) return;
      signals_.wait(milliseconds(5));
    }
  }

  // What nobody waited for while the program ran.
  void wait_for_names() {
    recorder_.name_code();
    const auto say_at = Clock::now() + kNamesTake;
    bool said = false;
    while (!recorder_.code_is_named_within(milliseconds(5))) {
      if (!said && Clock::now() >= say_at && options_.on_message) {
        options_.on_message(
            "looking up names in large files; Ctrl-C reports with those that have been found");
        said = true;
      }
      const std::optional<Signal> signal = signals_.wait(milliseconds(0));
      if (signal && signal->number != SIGCHLD && signal->number != SIGUSR1) return;
    }
  }

  static constexpr milliseconds kPause{8};
  static constexpr milliseconds kSnapshotEvery{1000};
  static constexpr milliseconds kNamesTake{3000};  // at most, before a report that was asked for

  const RunOptions& options_;
  capture::preload::Preload& preload_;
  LiveRecorder& recorder_;
  platform::Child child_;
  Signals& signals_;
  Clock::time_point last_poll_ = Clock::now();
  std::optional<Clock::time_point> report_by_;  // one was asked for, and comes then at the latest
  Clock::time_point next_snapshot_ = Clock::now() + milliseconds(200);
};

}  // namespace

std::expected<RunOutcome, RunFailure> run(const RunOptions& options) {
  const auto path = platform::find_program(options.command.front());
  if (!path) return failure(path.error().error, path.error().exit_status);
  if (auto refusal = capture::refuse_preload(*path))
    return std::unexpected(RunFailure{refusal->message, refusal->exit_status});
  const auto agent = capture::agent_library();
  if (!agent.ok()) return failure(agent.error());

  RecordingFile file = RecordingFile::for_program(options);
  auto sink = create_recording(file);
  if (!sink.ok()) return failure(sink.error());
  model::Origin origin = describe_recorder();
  origin.way = "preload";
  origin.command = options.command;
  LiveRecorder recorder(std::move(sink).value(), std::move(origin), options.analysis);
  auto preload = capture::preload::Preload::create(agent.value(), recorder);
  if (!preload.ok()) {
    file.remove();
    return failure(preload.error());
  }

  const platform::SignalState signals_before = platform::SignalState::current();
  // At a limit on the size of files, recording stops with an error and ajar goes on.
  std::signal(SIGXFSZ, SIG_IGN);
  Signals signals;
  const Clock::duration before = Clock::now().time_since_epoch();
  auto child = platform::spawn({.path = *path,
                                .arguments = options.command,
                                .environment = preload.value()->environment(own_environment()),
                                .signals = signals_before});
  if (!child) {
    file.remove();
    return failure(child.error().error, child.error().exit_status);
  }
  file.name_after(child->pid());
  preload.value()->started(child->pid(), *path, before);

  Loop loop(options, *preload.value(), recorder, *child, signals);
  const platform::Ended ended = loop.run();
  RunOutcome outcome{
      .exit_status = ended.shell_status(), .recording = file.path, .report = recorder.finish()};
  if (recorder.stopped_short()) {
    outcome.exit_status = 2;
    outcome.whole = false;
  }
  if (auto trouble = recorder.take_trouble(); trouble && options.on_message) options.on_message(*trouble);
  if (options.on_report) options.on_report(outcome.report, true);
  return outcome;
}

}  // namespace ajar::session
