#include <utility>

#include "capture/win_agent/win_agent.h"
#include "platform/win_launch.h"
#include "session/launch.h"

namespace ajar::session {
namespace {

class WinLaunch final : public Launch {
 public:
  WinLaunch(RunOptions options, capture::win_agent::Agent agent)
      : options_(std::move(options)), agent_(std::move(agent)) {}

  [[nodiscard]] std::string_view way() const override { return "agent"; }
  [[nodiscard]] std::int64_t pid() const override { return started_.pid; }

  std::expected<std::unique_ptr<capture::LiveWay>, RunFailure> start(LiveRecorder& recorder) override {
    auto started = platform::win::start_suspended(options_.command);
    if (!started)
      return std::unexpected(RunFailure{started.error().error.message(), started.error().exit_status});
    started_ = *std::move(started);
    auto way = std::make_unique<capture::win_agent::WinAgent>(agent_, recorder, options_.on_message);
    const auto entered = way->enter(started_.pid, true);
    if (!entered.ok()) {
      platform::win::end(started_);
      return std::unexpected(RunFailure{entered.error().message()});
    }
    platform::win::resume(started_);
    return way;
  }

  std::optional<End> end() override {
    const auto status = platform::win::exit_status_of(started_);
    if (!status) return std::nullopt;
    const auto number = static_cast<int>(*status);
    return End{.exit_status = number, .killed_by_signal = {}, .shell_status = number};
  }

  // What the console sends, the program got by itself; nothing else is passed on.
  void pass_on(const Signal& /*signal*/) override {}

 private:
  RunOptions options_;
  capture::win_agent::Agent agent_;
  platform::win::Started started_;
};

}  // namespace

std::expected<std::unique_ptr<Launch>, RunFailure> prepare_launch(const RunOptions& options) {
  if (options.via != "auto" && options.via != "agent")
    return std::unexpected(RunFailure{"'" + options.via +
                                      "' starts no programs; leave --via out, or take "
                                      "--via agent"});
  auto agent = capture::win_agent::find_agent();
  if (!agent.ok()) return std::unexpected(RunFailure{agent.error().message()});
  return std::make_unique<WinLaunch>(options, std::move(agent).value());
}

}  // namespace ajar::session
