#include "session/attach.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "session/attached.h"
#include "session/live_recorder.h"
#include "session/loop.h"
#include "session/origin.h"
#include "session/session_file.h"
#include "session/signals.h"

namespace ajar::session {
namespace {

using Clock = std::chrono::steady_clock;

std::unexpected<AttachFailure> failure(const base::Error& error) {
  return std::unexpected(AttachFailure{error.message()});
}

bool has_leak(const report::Report& report) {
  return std::ranges::any_of(report.processes, [](const report::Process& process) {
    return std::ranges::any_of(process.groups, [](const report::Group& group) {
      return group.verdict == report::Verdict::leak && group.suppressed_by.empty();
    });
  });
}

// Tells how it stands, and says when it is enough. For reports it takes a tenth of the time at most.
class Watch {
 public:
  Watch(const AttachOptions& options, LiveRecorder& recorder) : options_(options), recorder_(recorder) {}

  bool is_over() {
    const auto now = Clock::now();
    if (options_.duration && now - begun_ >= *options_.duration) return true;
    if (now < next_) return false;
    const report::Report report = recorder_.report();
    next_ = now + std::max<Clock::duration>(look_every_, 10 * (Clock::now() - now));
    if (now >= next_progress_) {
      next_progress_ = now + options_.progress_every;
      if (options_.on_progress)
        options_.on_progress(report, std::chrono::duration<double>(now - begun_).count());
    }
    return options_.until_leak && has_leak(report);
  }

 private:
  const AttachOptions& options_;
  LiveRecorder& recorder_;
  Clock::time_point begun_ = Clock::now();
  Clock::duration look_every_ =
      options_.until_leak ? std::min<Clock::duration>(std::chrono::seconds(1), options_.progress_every)
                          : Clock::duration(options_.progress_every);
  Clock::time_point next_ = begun_ + look_every_;
  Clock::time_point next_progress_ = begun_ + options_.progress_every;
};

// Why it is over, where that is the way in's failure.
std::optional<std::string> watch_until_over(capture::LiveWay& way, Loop& loop, Watch& watch) {
  bool stopped = false;
  while (!stopped && !way.settled() && !watch.is_over()) {
    loop.turn([&](const Signal& /*signal*/) { stopped = true; });
    if (auto failure = way.failure()) return failure;
  }
  return std::nullopt;
}

}  // namespace

std::expected<AttachOutcome, AttachFailure> attach(const AttachOptions& options) {
  SessionFile file(options.output, options.name);
  auto sink = file.create();
  if (!sink.ok()) return failure(sink.error());
  model::Origin origin = describe_recorder();
  origin.way = options.via == "auto" ? preferred_way() : options.via;
  LiveRecorder recorder(std::move(sink).value(), std::move(origin), options.analysis);
  Signals signals;
  auto attached = attach_way(options, recorder, signals);
  if (!attached.ok()) {
    file.remove();
    return failure(attached.error());
  }
  capture::LiveWay& way = *attached.value().way;
  file.name_after(attached.value().begun.pids.front());
  if (options.on_begin) options.on_begin(attached.value().begun);

  const Listener listener{options.on_report, options.on_message};
  Loop loop(way, recorder, signals, listener, file.path(), Reception::Ends::when_asked);
  Watch watch(options, recorder);
  const std::optional<std::string> failure_of_way = watch_until_over(way, loop, watch);
  if (failure_of_way && options.on_message) options.on_message(*failure_of_way);
  loop.report_at_once();
  AttachOutcome outcome{.recording = file.path(),
                        .all_ended = way.settled(),
                        .cut_off = failure_of_way.has_value(),
                        .report = {}};
  loop.finish();
  outcome.report = recorder.finish();
  outcome.whole = !recorder.stopped_short();
  if (auto trouble = recorder.take_trouble(); trouble && options.on_message) options.on_message(*trouble);
  if (options.on_report) options.on_report(outcome.report, true);
  return outcome;
}

}  // namespace ajar::session
