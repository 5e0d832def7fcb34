#include "session/run.h"

#include <memory>
#include <optional>
#include <utility>

#include "session/launch.h"
#include "session/live_recorder.h"
#include "session/loop.h"
#include "session/origin.h"
#include "session/session_file.h"
#include "session/signals.h"

namespace ajar::session {
namespace {

Launch::End run_to_the_end(Loop& loop, Launch& program, capture::LiveWay& way) {
  std::optional<Launch::End> end;
  while (!end) {
    loop.turn([&](const Signal& signal) { program.pass_on(signal); });
    end = program.end();
  }
  loop.report_at_once();
  way.ended(program.pid(), end->exit_status, end->killed_by_signal);
  loop.wait_for_stragglers();
  loop.finish();
  return *end;
}

}  // namespace

std::expected<RunOutcome, RunFailure> run(const RunOptions& options) {
  auto program = prepare_launch(options);
  if (!program) return std::unexpected(program.error());

  SessionFile file(options.output, options.command.front());
  auto sink = file.create();
  if (!sink.ok()) return std::unexpected(RunFailure{sink.error().message()});
  model::Origin origin = describe_recorder();
  origin.way = (*program)->way();
  origin.command = options.command;
  LiveRecorder recorder(std::move(sink).value(), std::move(origin), options.analysis);

  Signals signals;
  const auto way = (*program)->start(recorder);
  if (!way) {
    file.remove();
    return std::unexpected(way.error());
  }
  file.name_after((*program)->pid());

  const Listener listener{options.on_report, options.on_message};
  Loop loop(**way, recorder, signals, listener, file.path(), Reception::Ends::by_itself);
  const Launch::End end = run_to_the_end(loop, **program, **way);
  RunOutcome outcome{.exit_status = end.shell_status, .recording = file.path(), .report = recorder.finish()};
  if (recorder.stopped_short()) {
    outcome.exit_status = 2;
    outcome.whole = false;
  }
  if (auto trouble = recorder.take_trouble(); trouble && options.on_message) options.on_message(*trouble);
  if (options.on_report) options.on_report(outcome.report, true);
  return outcome;
}

}  // namespace ajar::session
