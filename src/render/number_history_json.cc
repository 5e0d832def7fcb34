#include <ostream>

#include "render/json_values.h"
#include "render/number_answers.h"
#include "render/number_history.h"

namespace ajar::render {
namespace {

using report::Answer;
using report::NumberEvent;
using BadClose = report::BadClose::Kind;
using What = NumberEvent::What;

const char* word(What what) {
  switch (what) {
    case What::opened:
      return "opened";
    case What::duplicated:
      return "duplicated";
    case What::inherited:
      return "inherited";
    case What::was_open:
      return "open before tracking";
    case What::seen_open:
      return "found open";
    case What::copied:
      return "copied";
    case What::closed:
      return "closed";
    case What::closed_over:
      return "closed over";
    case What::closed_in_range:
      return "closed in range";
    case What::closed_at_exec:
      return "closed at exec";
    case What::vanished:
      return "vanished";
    case What::reopened:
      return "reopened";
    case What::bad_use:
      return "bad use";
    case What::bad_close:
      break;
  }
  return "bad close";
}

const char* word(report::Closer closer) {
  switch (closer) {
    case report::Closer::opener:
      return "opener";
    case report::Closer::usual:
      return "usual";
    case report::Closer::other:
      return "other";
    case report::Closer::unusual:
      return "unusual";
    case report::Closer::sweep:
      return "sweep";
    case report::Closer::no_owner:
      return "no owner";
    case report::Closer::unknown:
      break;
  }
  return "";
}

const char* word(Answer::Kind kind) {
  switch (kind) {
    case Answer::Kind::closes_anothers:
      return bad_close_word(BadClose::closes_anothers);
    case Answer::Kind::closed_twice:
      return bad_close_word(BadClose::closed_twice);
    case Answer::Kind::not_open:
      return bad_close_word(BadClose::not_open);
    case Answer::Kind::used_closed:
      return bad_use_word(BadClose::closed_twice);
    case Answer::Kind::closed:
      return "closed";
    case Answer::Kind::lost:
      return "gone";
    case Answer::Kind::open:
      break;
  }
  return "open";
}

Json event_json(const NumberEvent& event) {
  return {{"what", word(event.what)},
          {"at_s", rounded_or_null(event.at_s)},
          {"call", event.call},
          {"thread", event.thread},
          {"thread_name", event.thread_name},
          {"type", event.type},
          {"name", event.name},
          {"other", or_null(event.other)},
          {"error", event.error},
          {"opening", or_null(event.opening)},
          {"closer", word(event.closer)},
          {"noise", event.noise},
          {"culprit", culprit_json(event.culprit)},
          {"stack", stack_json(event.stack)}};
}

Json process_json(std::uint64_t handle, const report::NumberHistory& history) {
  Json process = {
      {"pid", history.pid},
      {"name", history.name},
      {"traced_until_s", history.traced_until_s ? Json(rounded(*history.traced_until_s)) : Json()},
      {"opened", history.opened},
      {"closed", history.closed},
      {"bad_closes", history.bad_closes},
      {"bad_uses", history.bad_uses},
      {"lost_events", history.lost_events},
      {"lost_at_least", history.lost_at_least},
      {"events_left_out", history.events_left_out}};
  process["answers"] = array_of(history.answers, [&](const Answer& answer) -> Json {
    return {{"kind", word(answer.kind)},
            {"words", answer_words(handle, history, answer)},
            {"count", answer.count},
            {"opened", or_null(answer.opened)},
            {"closed", or_null(answer.closed)},
            {"owned", or_null(answer.owned)},
            {"noticed", or_null(answer.noticed)}};
  });
  process["events"] = array_of(history.events, [](const NumberEvent& event) { return event_json(event); });
  return process;
}

}  // namespace

void number_history_json(const report::NumberHistories& histories, std::ostream& out) {
  Json document = {{"schema", "ajar-who-closed/1"}, {"handle", histories.handle}};
  document["processes"] = array_of(histories.processes, [&](const report::NumberHistory& history) {
    return process_json(histories.handle, history);
  });
  document["only_inherited"] = histories.only_inherited;
  document["warnings"] = histories.warnings;
  write_json(document, out);
}

}  // namespace ajar::render
