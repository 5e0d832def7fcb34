#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "analyze/count_history.h"
#include "base/duration.h"
#include "base/path.h"
#include "cli/find_process.h"
#include "cli/printing.h"
#include "cli/recording_file.h"
#include "cli/setters.h"
#include "cli/values.h"
#include "cli/watch_screen.h"
#include "cli/watch_service.h"
#include "cli/watch_trap.h"
#include "render/count_trends.h"
#include "report/words.h"
#include "session/waiting.h"
#include "watch/watch.h"

namespace ajar::cli {
namespace {

using std::chrono::nanoseconds;

double seconds(nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

// What a recording has of counts, moment by moment, as if it were seen.
class Replay final : public model::Observer {
 public:
  Replay(analyze::CountHistory history, const model::Origin& origin, WatchScreen& screen)
      : history_(std::move(history)), origin_(origin), screen_(screen) {}

  void on_events(const model::World& /*world*/, std::span<const model::Event> /*events*/) override {}
  void on_loss(const model::World& /*world*/, const model::Loss& /*loss*/) override {}
  void on_snapshot(const model::World& world, const model::Snapshot& snapshot) override {
    history_.on_snapshot(world, snapshot);
  }
  void on_counts(const model::World& world, std::span<const model::CountSample> samples) override {
    for (const model::CountSample& sample : samples) {
      if (!moment_.empty() && sample.time != moment_.front().time) show(world);
      moment_.push_back(sample);
    }
  }

  // The last moment, too.
  report::CountTrends finish(const model::World& world) {
    show(world);
    return history_.trends(world);
  }
  [[nodiscard]] bool found() const { return found_; }

 private:
  void show(const model::World& world) {
    if (moment_.empty()) return;
    history_.on_counts(world, moment_);
    report::Sweep sweep;
    // Each by itself: the sum of what a damaged recording says may be beyond all numbers.
    constexpr std::int64_t kSecond = 1'000'000'000;
    const std::int64_t at = moment_.front().time.count();
    sweep.unix_s = origin_.started_unix_ns / kSecond + at / kSecond +
                   (origin_.started_unix_ns % kSecond + at % kSecond) / kSecond;
    sweep.processes = moment_.size();
    for (const model::CountSample& sample : moment_) sweep.handles += sample.handles;
    moment_.clear();
    const std::set<model::ProcessId> growing = history_.growing(world);
    sweep.findings = history_.findings();
    found_ = found_ || !growing.empty();
    screen_.look(sweep, growing, [&] { return history_.trends(world); });
  }

  analyze::CountHistory history_;
  const model::Origin& origin_;
  WatchScreen& screen_;
  std::vector<model::CountSample> moment_;
  bool found_ = false;
};

// A time, or a size: at least as much as is worth being kept.
Setter set_bound(session::Bounds& bounds) {
  return [&bounds](const std::string& text) -> base::Result<void> {
    constexpr std::uint64_t kLeast = 64U << 10U;
    if (const auto age = base::parse_duration(text); age.ok() && age.value() >= std::chrono::seconds(10)) {
      bounds.age = age.value();
      return {};
    }
    const auto bytes = parse_bytes(text);
    if (!bytes || *bytes < kLeast)
      return base::Error("'" + text +
                         "' is neither a time (24h, at least 10s) nor a size (100MB, at least 64KB)");
    bounds.bytes = bytes;
    return {};
  };
}

class Watch : public Action {
 public:
  std::vector<Option> options() override;
  std::expected<int, Failure> run(std::span<const std::string> operands, Console& console) override;

 private:
  std::expected<int, Failure> watch(std::span<const std::string> operands, Console& console);
  using Clock = std::chrono::steady_clock;

  bool count(watch::Watch& watch, session::Waiting& waiting, WatchScreen& screen);
  bool wait_until(Clock::time_point next, session::Waiting& waiting, WatchScreen& screen);
  [[nodiscard]] double keep_s() const;
  std::expected<int, Failure> replay(Console& console);
  [[nodiscard]] WatchScreen screen(Console& console, bool with_dates) const;
  int tell(const report::CountTrends& trends, bool found, Console& console) const;

  Printing<render::TablesOptions> printing_;
  nanoseconds every_ = std::chrono::seconds(1);
  std::optional<nanoseconds> length_, window_;
  std::string output_, from_;
  session::Bounds bounds_;
  std::optional<int> error_exitcode_;
  WatchTrap trap_;
  std::unique_ptr<WatchService> service_ = make_watch_service();
};

std::vector<Option> Watch::options() {
  std::vector<Option> all = {
      {.names = "--every",
       .value = "DURATION",
       .help = "count after that time again (1s if not given): 500ms, 10s, 1m",
       .set = set_duration(every_)},
      {.names = "--for",
       .value = "DURATION",
       .help = "end after that time (at Ctrl-C if not given); with --arm: record who is caught for so long",
       .set = set_duration(length_)},
      {.names = "--window",
       .value = "DURATION",
       .help = "judge by the counts of the last so long (10m if not given, but 60 counts at least)",
       .set = set_duration(window_)},
      {.names = "-o,--output",
       .value = "FILE",
       .help = "keep all counts in this recording, for ajar report",
       .set = set_name(output_)},
      {.names = "--keep",
       .value = "LIMIT",
       .help = "with -o: keep the counts of the last so long there (24h, 7d), or so many bytes (100MB), or, "
               "given twice, both; without it all are kept",
       .repeatable = true,
       .set = set_bound(bounds_)},
      {.names = "--from",
       .value = "FILE",
       .help = "instead of processes, what was counted before: such a recording, or a log of Perfmon",
       .set = set_name(from_)},
      {.names = "--error-exitcode",
       .value = "N",
       .help = "exit with N where a process was seen to grow",
       .set = set_exit_status(error_exitcode_)},
  };
  for (Option& option : trap_.options()) all.push_back(std::move(option));
  for (Option& option : service_->options()) all.push_back(std::move(option));
  for (Option& option : printing_options(
           printing_,
           {.top = "processes of each verdict", .json = "at the end, as JSON", .with_stacks = false}))
    all.push_back(std::move(option));
  return all;
}

WatchScreen Watch::screen(Console& console, bool with_dates) const {
  const platform::Terminal terminal =
      printing_.json ? platform::Terminal{} : platform::terminal_of(platform::Stream::output);
  // With --json the other stream has what is said meanwhile.
  return {printing_.json ? console.err : console.out, terminal, text_for(printing_, terminal), with_dates};
}

int Watch::tell(const report::CountTrends& trends, bool found, Console& console) const {
  if (printing_.json) {
    render::count_trends_json(trends, console.out);
  } else {
    const platform::Terminal terminal = platform::terminal_of(platform::Stream::output);
    render::count_trends_text(trends, text_for(printing_, terminal), console.out);
  }
  return found ? error_exitcode_.value_or(0) : 0;
}

// Until it is enough; whether any process was seen to grow.
bool Watch::count(watch::Watch& watch, session::Waiting& waiting, WatchScreen& screen) {
  const Clock::time_point begin = Clock::now();
  const bool has_end = length_ && !trap_.is_wanted();
  const Clock::time_point end = begin + length_.value_or(nanoseconds(0));
  Clock::time_point next = begin;
  bool found = false;
  for (;;) {
    const report::Sweep& sweep = watch.look();
    if (auto trouble = watch.take_trouble()) screen.say("ajar: " + *trouble);
    if (watch.all_ended()) {
      screen.say(watch.asked_for() == 1 ? "the process has ended" : "the processes have ended");
      return found;
    }
    found = found || !watch.growing().empty();
    if (!service_->look(watch, screen)) screen.look(sweep, watch.growing(), [&] { return watch.trends(); });
    if (!trap_.look(watch, screen)) return found;
    next = std::max(next + every_, Clock::now());
    if (has_end && next > end) {
      waiting.wait(std::max(nanoseconds(0), end - Clock::now()));
      return found;
    }
    if (!wait_until(next, waiting, screen)) return found;
  }
}

// What is recorded meanwhile is looked after.
bool Watch::wait_until(Clock::time_point next, session::Waiting& waiting, WatchScreen& screen) {
  constexpr std::chrono::milliseconds kStep(500);
  while (trap_.is_busy() && Clock::now() + kStep < next) {
    if (!waiting.wait(kStep) || !trap_.look_at_recordings(screen)) return false;
  }
  return waiting.wait(next - Clock::now());
}

std::expected<int, Failure> Watch::watch(std::span<const std::string> operands, Console& console) {
  watch::WatchOptions options{.pids = {}, .output = output_, .bounds = bounds_, .keep_s = keep_s()};
  for (const std::string& operand : operands) {
    const auto pid = find_process(operand);
    if (!pid) return std::unexpected(pid.error());
    options.pids.push_back(*pid);
  }
  if (auto listening = service_->start(); !listening.ok())
    return std::unexpected(Failure{listening.error().message()});
  // First, since that may not be permitted: an old recording stays then.
  if (auto armed = trap_.arm(length_); !armed) return std::unexpected(armed.error());
  auto started = watch::Watch::start(std::move(options));
  if (!started.ok()) return std::unexpected(Failure{started.error().message()});
  watch::Watch& watch = *started.value();
  WatchScreen screen = this->screen(console, false);
  screen.say(fmt::format("counting every {}; a verdict takes some ten counts; Ctrl-C ends it",
                         report::duration(seconds(every_))));
  if (trap_.is_wanted()) screen.say(trap_.words());
  if (service_->listens()) screen.say(service_->words());
  session::Waiting waiting;
  const bool found = count(watch, waiting, screen);
  trap_.finish(waiting, screen);
  screen.clear();
  report::CountTrends trends = watch.trends();
  trends.caught = trap_.caught();
  const auto written = watch.finish();
  const int status = tell(trends, found, console);
  if (!written.ok()) return std::unexpected(Failure{written.error().message()});
  if (watch.records())
    screen.say(fmt::format("recorded in {}; look again with: ajar report {}", output_, output_));
  return status;
}

// So many counts at least that they can be judged.
double Watch::keep_s() const {
  constexpr int kCounts = 60;
  return window_ ? seconds(*window_) : std::max(watch::WatchOptions().keep_s, kCounts * seconds(every_));
}

std::expected<int, Failure> Watch::replay(Console& console) {
  base::Result<RecordingFile> opened = RecordingFile::open(from_, recording::File::whole);
  if (!opened.ok()) return std::unexpected(Failure{opened.error().message()});
  RecordingFile& file = opened.value();
  const model::Origin& origin = file.reader().world().origin;
  if (!origin.shows_counts()) {
    return std::unexpected(
        file.failure("it has no counts over time; 'ajar watch -o FILE' and Perfmon record such"));
  }
  WatchScreen screen = this->screen(console, true);
  constexpr double kAll = 1e12;
  Replay replay(analyze::CountHistory::of_the_last(window_ ? seconds(*window_) : kAll), origin, screen);
  model::Cursor cursor;
  file.reader().read(cursor, replay);
  report::CountTrends trends = replay.finish(file.reader().world());
  screen.clear();
  trends.file = base::file_name(file.path());
  trends.warnings = file.warnings();
  return tell(trends, replay.found(), console);
}

std::expected<int, Failure> Watch::run(std::span<const std::string> operands, Console& console) {
  if (bounds_.any() && output_.empty())
    return std::unexpected(Failure{"--keep says how much a recording keeps: give -o FILE, too"});
  constexpr int kLeastCounts = 12;
  if (from_.empty() && window_ && *window_ < kLeastCounts * every_)
    return std::unexpected(Failure{"--window: at least twelve times --every, or nothing could be judged"});
  if (every_ < std::chrono::milliseconds(10))
    return std::unexpected(Failure{"--every: at least 10ms, or counting would be all that the machine does"});
  if (from_.empty()) return watch(operands, console);
  if (!operands.empty() || !output_.empty() || length_ || trap_.is_wanted() || service_->listens())
    return std::unexpected(
        Failure{"--from looks at a file: leave out processes, --for, --output, --arm and --listen"});
  return replay(console);
}

}  // namespace

std::unique_ptr<Action> make_watch() {
  return std::make_unique<Watch>();
}

}  // namespace ajar::cli
