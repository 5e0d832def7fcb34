#include "session/loop.h"

#include <algorithm>
#include <utility>

namespace ajar::session {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPause{8};
constexpr milliseconds kSnapshotEvery{1000};
constexpr milliseconds kNamesTake{3000};  // at most, before a report that was asked for

// Rings that fill up are emptied without pause. Otherwise it is better to come seldom and read much: every
// look costs the writers a cache line, and the processor may be theirs.
milliseconds pause_after(const capture::LiveWay::Progress& progress) {
  constexpr std::uint32_t kFillingUp = 20;
  return progress.fullest_percent >= kFillingUp ? milliseconds(0) : kPause;
}

}  // namespace

Loop::Loop(capture::LiveWay& way, LiveRecorder& recorder, Signals& signals, const Listener& listener,
           const std::string& recording, Reception::Ends ends)
    : way_(way),
      recorder_(recorder),
      signals_(signals),
      listener_(listener),
      reception_(std::in_place, recorder, recording, ends, [&way] {
        way.poll();
        way.snapshot(model::Snapshot::Taken::on_request);
      }) {
  pass_on(reception_->take_trouble());
}

void Loop::pass_on(const std::optional<std::string>& trouble) const {
  if (trouble && listener_.on_message) listener_.on_message(*trouble);
}

void Loop::turn(const std::function<void(const Signal&)>& act) {
  const auto progress = way_.poll();
  recorder_.hurry(comes_fast(progress));
  recorder_.flush_if_due();
  if (reception_) {
    reception_->turn();
    if (reception_->take_wish_to_end()) act({.meaning = Signal::Meaning::end});
  }
  pass_on(recorder_.take_trouble());
  recorder_.see_modules();
  look_around();
  report_if_wanted();
  milliseconds pause = pause_after(progress);
  while (const std::optional<Signal> signal = signals_.wait(pause)) {
    answer(*signal, act);
    pause = milliseconds(0);
  }
}

// Faster than it can be packed by a tenth of a processor.
bool Loop::comes_fast(const capture::LiveWay::Progress& progress) {
  constexpr double kFast = 200'000;  // records in a second
  const auto now = Clock::now();
  const std::chrono::duration<double> since = now - std::exchange(last_poll_, now);
  return static_cast<double>(progress.records) > kFast * since.count();
}

void Loop::answer(const Signal& signal, const std::function<void(const Signal&)>& act) {
  if (signal.meaning == Signal::Meaning::child) return;
  if (signal.meaning == Signal::Meaning::end) return act(signal);
  way_.poll();
  recorder_.name_code();
  if (!report_by_) report_by_ = Clock::now() + kNamesTake;
}

// Once the code has its names, for which the rings don't wait.
void Loop::report_if_wanted() {
  if (!report_by_ || (!recorder_.code_is_named() && Clock::now() < *report_by_)) return;
  report_by_.reset();
  way_.poll();
  way_.snapshot(model::Snapshot::Taken::periodic);
  recorder_.name_code();
  if (listener_.on_report) listener_.on_report(recorder_.report(), false);
}

void Loop::report_at_once() {
  if (report_by_) report_by_ = Clock::now();
  report_if_wanted();
}

// About once a second, and never for more than a fiftieth of the time: what a session that is cut off should
// have.
void Loop::look_around() {
  const auto now = Clock::now();
  if (now < next_snapshot_) return;
  way_.snapshot(model::Snapshot::Taken::periodic);
  recorder_.name_code();
  const auto took = Clock::now() - now;
  next_snapshot_ = now + std::max<Clock::duration>(kSnapshotEvery, 50 * took);
}

void Loop::wait_for_stragglers() {
  const auto until = Clock::now() + milliseconds(300);
  while (Clock::now() < until) {
    way_.poll();
    way_.notice_ends();
    if (way_.settled()) return;
    signals_.wait(milliseconds(5));
  }
}

void Loop::finish() {
  reception_.reset();
  way_.finish();
  wait_for_names();
}

void Loop::wait_for_names() {
  recorder_.name_code();
  const auto say_at = Clock::now() + kNamesTake;
  bool said = false;
  while (!recorder_.code_is_named_within(milliseconds(5))) {
    if (!said && Clock::now() >= say_at && listener_.on_message) {
      listener_.on_message("looking up names in large files; Ctrl-C reports with those that have been found");
      said = true;
    }
    const std::optional<Signal> signal = signals_.wait(milliseconds(0));
    if (signal && signal->meaning == Signal::Meaning::end) return;
  }
}

}  // namespace ajar::session
