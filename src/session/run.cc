#include "session/run.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "capture/agent_library.h"
#include "capture/ebpf/ebpf.h"
#include "capture/preload/preload.h"
#include "capture/program.h"
#include "capture/ptrace/ptrace.h"
#include "platform/path_search.h"
#include "platform/privileges.h"
#include "platform/signal_state.h"
#include "platform/spawn.h"
#include "session/live_recorder.h"
#include "session/loop.h"
#include "session/origin.h"
#include "session/session_file.h"
#include "session/signals.h"

namespace ajar::session {
namespace {

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

// Without rights of ajar's own a setuid program gains none under ptrace, and does something else than it
// should.
bool would_lack_privileges(const std::string& program) {
  const auto own = platform::own_privileges();
  const auto file = platform::file_privileges(program);
  return own.ok() && file.ok() && file.value().secure_for(own.value()) &&
         !own.value().has(platform::Capability::sys_admin);
}

// One of the ways for programs that no agent can enter: the kernel's, or without the rights for it ptrace.
std::expected<std::string, RunFailure> choose_from_outside(const capture::Program& program) {
  const base::Result<void> kernel = capture::ebpf::usable();
  if (kernel.ok()) return "ebpf";
  std::string words = program.words + "; by eBPF it could be watched, but " + kernel.error().message();
  if (would_lack_privileges(program.executed))
    return std::unexpected(
        RunFailure{words + "; under ptrace it would gain no privileges", program.exit_status});
  const base::Result<void> ptrace = capture::ptrace::usable();
  if (ptrace.ok()) return "ptrace";
  words += "; by ptrace, too, but " + ptrace.error().message();
  return std::unexpected(RunFailure{words, program.exit_status});
}

// The way in to take, by name: the agent where it can enter, since it costs least.
std::expected<std::string, RunFailure> choose_way(const RunOptions& options, const std::string& path) {
  const capture::Program program = capture::inspect_program(path);
  const RunFailure refusal{program.words, program.exit_status};
  const bool can_execute = program.agent_can_enter() || program.exit_status == 2;
  if (!can_execute) return std::unexpected(refusal);
  if (options.via == "ebpf" || options.via == "ptrace") return options.via;
  if (program.agent_can_enter()) return "preload";
  if (options.via == "preload") return std::unexpected(refusal);
  return choose_from_outside(program);
}

// A program that was started, and the way in to it.
struct Launched {
  std::unique_ptr<capture::LiveWay> way;
  std::optional<platform::Child> child;
};

class Launcher {
 public:
  Launcher(const RunOptions& options, std::string path, platform::SignalState signals, LiveRecorder& recorder)
      : options_(options), path_(std::move(path)), signals_(signals), recorder_(recorder) {}

  std::expected<Launched, RunFailure> launch(const std::string& way) {
    if (way == "ptrace") return by_ptrace();
    return way == "ebpf" ? by_ebpf() : by_preload();
  }

 private:
  std::expected<Launched, RunFailure> by_preload() {
    const auto agent = capture::agent_library();
    if (!agent.ok()) return failure(agent.error());
    auto preload = capture::preload::Preload::create(agent.value(), recorder_);
    if (!preload.ok()) return failure(preload.error());
    const Clock::duration before = Clock::now().time_since_epoch();
    auto child = spawn(preload.value()->environment(own_environment()));
    if (!child) return failure(child.error().error, child.error().exit_status);
    preload.value()->started(child->pid(), path_, before);
    return Launched{std::move(preload).value(), *child};
  }

  std::expected<Launched, RunFailure> by_ebpf() {
    return from_outside([this](const Start& start) {
      return capture::ebpf::Ebpf::launch(recorder_, [&] { return start({}); });
    });
  }

  std::expected<Launched, RunFailure> by_ptrace() {
    if (const auto usable = capture::ptrace::usable(); !usable.ok()) return failure(usable.error());
    if (would_lack_privileges(capture::inspect_program(path_).executed) && options_.on_message)
      options_.on_message(
          path_ + " is started without the privileges that it would gain: under ptrace it gains none");
    return from_outside(
        [this](const Start& start) { return capture::ptrace::Ptrace::launch(recorder_, start); });
  }

  // Starts the program, which calls `before_exec` in itself; its pid, 0: it can't be started.
  using Start = std::function<std::int64_t(const std::function<int()>& before_exec)>;

  // By a way in that has the program started when it is ready.
  template <typename Launch>
  std::expected<Launched, RunFailure> from_outside(const Launch& launch) {
    std::optional<platform::Child> child;
    std::optional<platform::StartFailure> refusal;
    auto way = launch([&](const std::function<int()>& before_exec) -> std::int64_t {
      auto started = spawn(own_environment(), before_exec);
      if (!started) refusal = started.error();
      if (started) child = *started;
      return started ? started->pid() : 0;
    });
    if (!way.ok()) return failure(way.error());
    if (refusal) return failure(refusal->error, refusal->exit_status);
    return Launched{std::move(way).value(), child};
  }

  [[nodiscard]] std::expected<platform::Child, platform::StartFailure> spawn(
      std::vector<std::string> environment, std::function<int()> before_exec = {}) const {
    return platform::spawn({.path = path_,
                            .arguments = options_.command,
                            .environment = std::move(environment),
                            .signals = signals_,
                            .before_exec = std::move(before_exec)});
  }

  const RunOptions& options_;
  std::string path_;
  platform::SignalState signals_;
  LiveRecorder& recorder_;
};

platform::Ended run_to_the_end(Loop& loop, platform::Child child, capture::LiveWay& way) {
  const auto act = [&](const Signal& signal) {
    // What the terminal sends, the program got by itself.
    if (!signal.from_terminal) ::kill(static_cast<pid_t>(child.pid()), signal.number);
  };
  platform::Ended ended;
  for (;;) {
    loop.turn(act);
    auto now_ended = child.poll();
    if (now_ended.ok() && !now_ended.value()) continue;
    if (now_ended.ok()) ended = *now_ended.value();
    break;
  }
  loop.report_at_once();
  way.ended(child.pid(), ended.exit_status, ended.killed_by_signal);
  loop.wait_for_stragglers();
  loop.finish();
  return ended;
}

}  // namespace

std::expected<RunOutcome, RunFailure> run(const RunOptions& options) {
  const auto path = platform::find_program(options.command.front());
  if (!path) return failure(path.error().error, path.error().exit_status);
  const auto way = choose_way(options, *path);
  if (!way) return std::unexpected(way.error());

  SessionFile file(options.output, options.command.front());
  auto sink = file.create();
  if (!sink.ok()) return failure(sink.error());
  model::Origin origin = describe_recorder();
  origin.way = *way;
  origin.command = options.command;
  LiveRecorder recorder(std::move(sink).value(), std::move(origin), options.analysis);

  const platform::SignalState signals_before = platform::SignalState::current();
  Signals signals;
  auto launched = Launcher(options, *path, signals_before, recorder).launch(*way);
  if (!launched) {
    file.remove();
    return std::unexpected(launched.error());
  }
  file.name_after(launched->child->pid());

  const Listener listener{options.on_report, options.on_message};
  Loop loop(*launched->way, recorder, signals, listener, file.path());
  const platform::Ended ended = run_to_the_end(loop, *launched->child, *launched->way);
  RunOutcome outcome{
      .exit_status = ended.shell_status(), .recording = file.path(), .report = recorder.finish()};
  if (recorder.stopped_short()) {
    outcome.exit_status = 2;
    outcome.whole = false;
  }
  if (auto trouble = recorder.take_trouble(); trouble && options.on_message) options.on_message(*trouble);
  if (options.on_report) options.on_report(outcome.report, true);
  return outcome;
}

}  // namespace ajar::session
