#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "capture/live_way.h"
#include "report/report.h"
#include "session/live_recorder.h"
#include "session/reception.h"
#include "session/signals.h"

namespace ajar::session {

// What a session tells while it runs.
struct Listener {
  // A report that a signal asked for (final = false), and the last one.
  std::function<void(const report::Report&, bool final)> on_report;
  // One line for the user.
  std::function<void(const std::string&)> on_message;
};

// What a session does again and again: takes away what a way in has seen, before its rings are full; reads
// the living processes' tables about once a second; lets names be looked up as code appears; answers other
// ajars.
class Loop {
 public:
  // `recording`: path of the file that the recorder writes, which keeps its name from now on.
  Loop(capture::LiveWay& way, LiveRecorder& recorder, Signals& signals, const Listener& listener,
       const std::string& recording, Reception::Ends ends);

  // One look at everything, then a short wait for signals: `act` is called with each but those that the loop
  // itself answers, and with one (number 0) where another ajar wants the session to end.
  void turn(const std::function<void(const Signal&)>& act);

  // A report that was asked for comes now.
  void report_at_once();

  // Processes that end with the last one (a pipeline's last, a server's workers) get a moment for it.
  void wait_for_stragglers();

  // Nobody is answered any more; what is left is read, and code that nobody waited for so far gets its names.
  // A signal ends the wait for them.
  void finish();

 private:
  void pass_on(const std::optional<std::string>& trouble) const;
  bool comes_fast(const capture::LiveWay::Progress& progress);
  void answer(const Signal& signal, const std::function<void(const Signal&)>& act);
  void look_around();
  void report_if_wanted();
  void wait_for_names();

  using Clock = std::chrono::steady_clock;

  capture::LiveWay& way_;
  LiveRecorder& recorder_;
  Signals& signals_;
  const Listener& listener_;
  std::optional<Reception> reception_;
  Clock::time_point last_poll_ = Clock::now();
  std::optional<Clock::time_point> report_by_;  // one was asked for, and comes then at the latest
  Clock::time_point next_snapshot_ = Clock::now() + std::chrono::milliseconds(200);
};

}  // namespace ajar::session
