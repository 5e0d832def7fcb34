#include <algorithm>
#include <ostream>
#include <string>

#include "render/escape.h"
#include "render/handle_words.h"
#include "render/number_answers.h"
#include "render/number_history.h"
#include "render/table_words.h"
#include "render/text_findings.h"
#include "render/text_stack.h"
#include "report/words.h"

namespace ajar::render {
namespace {

using report::Answer;
using report::counted;
using report::NumberEvent;
using report::NumberHistory;
using What = NumberEvent::What;

// Of another number: those of Windows don't come here, whose operations have but one.
std::string fd(std::optional<std::uint64_t> number) {
  return number.has_value() ? handle_words(*number, false) : "another";
}

void header_line(std::uint64_t handle, const NumberHistory& history, std::ostream& out) {
  out << called(history.name, history.pid) << ": " << handle_words(handle, history.windows) << ", "
      << counted(history.opened, "open", "opens") << ", " << counted(history.closed, "close", "closes");
  if (history.bad_closes > 0) out << ", " << counted(history.bad_closes, "failed close", "failed closes");
  if (history.bad_uses > 0) out << ", " << counted(history.bad_uses, "failed use", "failed uses");
  out << '\n';
}

void answer_lines(std::uint64_t handle, const NumberHistory& history, const Answer& answer,
                  const TextOptions& options, std::ostream& out) {
  constexpr std::size_t kIndent = 4;
  const bool wrong = answer.kind < Answer::Kind::closed;
  const std::string name = answer_label(answer.kind);
  const std::string words = name + "  " + answer_words(handle, history, answer);
  const std::string lines = wrapped(words, kIndent, std::max<std::size_t>(options.width, 40));
  out << "  " << (wrong ? label(name, answer.kind == Answer::Kind::closes_anothers, options) : name) << "  "
      << lines.substr(std::min(lines.size(), name.size() + 2)) << '\n';
}

std::string event_words(const NumberEvent& event) {
  const std::string call = event.call.empty() ? std::string() : " by " + escaped(event.call) + "()";
  switch (event.what) {
    case What::opened:
      return "opened" + call;
    case What::duplicated:
      return "made" + call + " from " + fd(event.other);
    case What::inherited:
      return "inherited" + (call.empty() ? call : ", opened" + call);
    case What::was_open:
      return "open before tracking began";
    case What::seen_open:
      return "found open; nobody was seen opening it";
    case What::copied:
      return "duplicated" + call + " as " + fd(event.other);
    case What::closed:
      return "closed" + call;
    case What::closed_over:
      return "closed" + call + " of " + fd(event.other) + " over it";
    case What::closed_in_range:
      return "closed" + call + " with all up to " + fd(event.other);
    case What::closed_at_exec:
      return "closed as the process became another program";
    case What::vanished:
      return "gone; nobody was seen closing it";
    case What::reopened:
      return "gone before it was opened again; nobody was seen closing it";
    case What::bad_use:
      return "not open: using it" + call + " failed: " + escaped(event.error);
    case What::bad_close:
      break;
  }
  return "not open: closing it" + call + " failed: " + escaped(event.error);
}

std::string note(const NumberEvent& event) {
  switch (event.closer) {
    case report::Closer::no_owner:
      return "  <== it was another's";
    case report::Closer::unusual:
      return "  <== unusual for what was opened there";
    default:
      if (!event.noise) return "";
      return event.what == What::bad_use ? "  (no bug)" : "  (no bug: closed to be sure)";
  }
}

void event_lines(const NumberEvent& event, std::size_t time_width, const TextOptions& options,
                 std::ostream& out) {
  const std::string at = event.at_s ? report::moment(*event.at_s) : std::string();
  out << "    " << std::string(time_width - at.size(), ' ') << at << (at.empty() ? "" : "  ")
      << event_words(event);
  const bool opens = event.what <= What::seen_open;
  if (opens && !event.type.empty()) out << ": " << escaped(event.type);
  if (opens && !event.name.empty()) out << (event.type.empty() ? ": " : " ") << escaped(event.name);
  out << note(event) << '\n';
  std::string place = event.culprit.has_value() ? culprit_words(*event.culprit) : "";
  if (const std::string thread = thread_words(event); !thread.empty())
    place += (place.empty() ? "" : "  ") + thread;
  if (!place.empty()) out << std::string(4 + time_width + 2, ' ') << place << '\n';
  if (!options.full_stacks || event.stack.empty()) return;
  stack_lines(event.stack, nullptr, frames_shown, options, out);
}

void history_lines(std::uint64_t handle, const NumberHistory& history, const TextOptions& options,
                   std::ostream& out) {
  header_line(handle, history, out);
  for (const Answer& answer : history.answers) {
    out << '\n';
    answer_lines(handle, history, answer, options, out);
  }
  out << '\n';
  const std::size_t all = history.events.size();
  const std::size_t shown = options.top == 0 ? all : std::min(all, options.top);
  if (shown < all || history.events_left_out > 0) {
    out << "    … " << report::thousands(all - shown + history.events_left_out) << " earlier events"
        << (shown < all ? " (--top 0)\n" : "\n");
  }
  std::size_t time_width = 0;
  for (const NumberEvent& event : history.events)
    time_width = std::max(time_width, event.at_s ? report::moment(*event.at_s).size() : 0);
  for (std::size_t i = all - shown; i < all; ++i) event_lines(history.events[i], time_width, options, out);
  if (history.lost_events > 0) {
    out << "  "
        << label((history.lost_at_least ? "at least " : "") +
                     counted(history.lost_events, "event", "events") + " of this process were lost",
                 true, options)
        << ": openings and closes of " << handle_words(handle, history.windows) << " may be among them\n";
  }
}

}  // namespace

void number_history_text(const report::NumberHistories& histories, const TextOptions& options,
                         std::ostream& out) {
  bool first = true;
  for (const NumberHistory& history : histories.processes) {
    if (!first) out << '\n';
    first = false;
    history_lines(histories.handle, history, options, out);
  }
  if (histories.only_inherited > 0) {
    out << '\n'
        << counted(histories.only_inherited, "other process", "other processes")
        << " inherited it and neither closed nor opened it (--process PID shows one)\n";
  }
  for (const std::string& warning : histories.warnings) out << "warning: " << escaped(warning) << '\n';
}

}  // namespace ajar::render
