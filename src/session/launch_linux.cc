#include <unistd.h>

#include <chrono>
#include <functional>
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
#include "session/launch.h"

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

using Way = std::unique_ptr<capture::LiveWay>;

class LinuxLaunch final : public Launch {
 public:
  LinuxLaunch(RunOptions options, std::string path, std::string way)
      : options_(std::move(options)), path_(std::move(path)), way_(std::move(way)) {}

  [[nodiscard]] std::string_view way() const override { return way_; }
  [[nodiscard]] std::int64_t pid() const override { return child_->pid(); }

  std::expected<Way, RunFailure> start(LiveRecorder& recorder) override {
    if (way_ == "ptrace") return by_ptrace(recorder);
    return way_ == "ebpf" ? by_ebpf(recorder) : by_preload(recorder);
  }

  std::optional<End> end() override {
    const auto ended = child_->poll();
    if (ended.ok() && !ended.value()) return std::nullopt;
    if (!ended.ok()) return End{};
    const platform::Ended& how = *ended.value();
    return End{.exit_status = how.exit_status,
               .killed_by_signal = how.killed_by_signal,
               .shell_status = how.shell_status()};
  }

  // What the terminal sends, the program got by itself.
  void pass_on(const Signal& signal) override {
    if (!signal.from_terminal) send(child_->pid(), signal.number);
  }

 private:
  std::expected<Way, RunFailure> by_preload(LiveRecorder& recorder) {
    const auto agent = capture::agent_library();
    if (!agent.ok()) return failure(agent.error());
    auto preload = capture::preload::Preload::create(agent.value(), recorder);
    if (!preload.ok()) return failure(preload.error());
    const Clock::duration before = Clock::now().time_since_epoch();
    auto child = spawn(preload.value()->environment(own_environment()));
    if (!child) return failure(child.error().error, child.error().exit_status);
    preload.value()->started(child->pid(), path_, before);
    child_ = *child;
    return std::move(preload).value();
  }

  std::expected<Way, RunFailure> by_ebpf(LiveRecorder& recorder) {
    return from_outside(
        [&](const Start& start) { return capture::ebpf::Ebpf::launch(recorder, [&] { return start({}); }); });
  }

  std::expected<Way, RunFailure> by_ptrace(LiveRecorder& recorder) {
    if (const auto usable = capture::ptrace::usable(); !usable.ok()) return failure(usable.error());
    if (would_lack_privileges(capture::inspect_program(path_).executed) && options_.on_message)
      options_.on_message(
          path_ + " is started without the privileges that it would gain: under ptrace it gains none");
    return from_outside([&](const Start& start) { return capture::ptrace::Ptrace::launch(recorder, start); });
  }

  // Starts the program, which calls `before_exec` in itself; its pid, 0: it can't be started.
  using Start = std::function<std::int64_t(const std::function<int()>& before_exec)>;

  // By a way in that has the program started when it is ready.
  template <typename LaunchBy>
  std::expected<Way, RunFailure> from_outside(const LaunchBy& launch) {
    std::optional<platform::StartFailure> refusal;
    auto way = launch([&](const std::function<int()>& before_exec) -> std::int64_t {
      auto started = spawn(own_environment(), before_exec);
      if (!started) refusal = started.error();
      if (started) child_ = *started;
      return started ? started->pid() : 0;
    });
    if (!way.ok()) return failure(way.error());
    if (refusal) return failure(refusal->error, refusal->exit_status);
    return std::move(way).value();
  }

  [[nodiscard]] std::expected<platform::Child, platform::StartFailure> spawn(
      std::vector<std::string> environment, std::function<int()> before_exec = {}) const {
    return platform::spawn({.path = path_,
                            .arguments = options_.command,
                            .environment = std::move(environment),
                            .signals = signals_,
                            .before_exec = std::move(before_exec)});
  }

  RunOptions options_;
  std::string path_;
  std::string way_;
  platform::SignalState signals_ = platform::SignalState::current();
  std::optional<platform::Child> child_;
};

}  // namespace

std::expected<std::unique_ptr<Launch>, RunFailure> prepare_launch(const RunOptions& options) {
  const auto path = platform::find_program(options.command.front());
  if (!path) return failure(path.error().error, path.error().exit_status);
  auto way = choose_way(options, *path);
  if (!way) return std::unexpected(way.error());
  return std::make_unique<LinuxLaunch>(options, *path, *std::move(way));
}

}  // namespace ajar::session
