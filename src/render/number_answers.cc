#include "render/number_answers.h"

#include <algorithm>

#include "render/escape.h"
#include "render/handle_words.h"
#include "render/text_stack.h"
#include "report/function_name.h"
#include "report/words.h"

namespace ajar::render {
namespace {

using report::Answer;
using report::Closer;
using report::NumberEvent;
using What = NumberEvent::What;

// "shop-server!close_journal" as people say it.
std::string usual_words(const std::string& code) {
  const std::size_t mark = code.find('!');
  if (mark == std::string::npos) return "other code";
  return escaped(report::qualified_name(std::string_view(code).substr(mark + 1))) + "() of " +
         escaped(code.substr(0, mark));
}

std::string what_words(const NumberEvent& event) {
  std::string words = escaped(event.type);
  if (!event.name.empty()) words += (words.empty() ? "" : " ") + escaped(event.name);
  return words;
}

// Sentences about one history. What is the same in all of it is not said.
class Sentences {
 public:
  Sentences(std::uint64_t handle, const report::NumberHistory& history) : handle_(handle), history_(history) {
    several_threads_ = std::ranges::any_of(history.events, [&](const NumberEvent& event) {
      return event.thread != 0 && event.thread != history.events.front().thread;
    });
  }

  [[nodiscard]] std::string answer(const Answer& answer) const;

 private:
  [[nodiscard]] const NumberEvent* at(std::optional<std::size_t> place) const {
    return place.has_value() ? &history_.events[*place] : nullptr;
  }

  // "close_cache() cache.c:19 of libcache.so"
  [[nodiscard]] std::string code(const report::Culprit& culprit) const {
    if (culprit.function.empty()) return culprit_words(culprit);
    std::string words = escaped(report::qualified_name(culprit.function)) + "()";
    if (const std::string place = place_words(culprit.file, culprit.line); !place.empty())
      words += " " + place;
    const bool known = culprit.module.empty() || culprit.module == history_.name;
    return known ? words : words + " of " + escaped(culprit.module);
  }

  // " by close() in cleanup() plugin.c:88 of libplugin.so, thread worker (4123)"
  [[nodiscard]] std::string by_whom(const NumberEvent& event) const {
    std::string words;
    if (!event.call.empty()) words += " by " + escaped(event.call) + "()";
    if (event.culprit.has_value()) words += " in " + code(*event.culprit);
    if (!several_threads_ || event.thread == 0) return words;
    return words + ", " + thread_words(event);
  }

  [[nodiscard]] std::string deed(const NumberEvent& event) const {
    const std::string whom = by_whom(event);
    if (event.at_s) return "at " + report::moment(*event.at_s) + whom;
    return whom.empty() ? "by nobody knows whom" : whom.substr(1);
  }
  // Nothing where events have no times.
  [[nodiscard]] static std::string when(std::string_view before, const NumberEvent& event) {
    return event.at_s ? std::string(before) + report::moment(*event.at_s) : std::string();
  }
  [[nodiscard]] std::string number(std::uint64_t handle) const {
    return handle_words(handle, history_.windows);
  }
  [[nodiscard]] std::string failed(const NumberEvent& bad) const {
    return deed(bad) + " (" + escaped(bad.error) + ")";
  }

  [[nodiscard]] std::string opened(const NumberEvent& opening) const;
  [[nodiscard]] std::string subject(const NumberEvent* opening) const;
  [[nodiscard]] std::string closed(const NumberEvent& end) const;
  [[nodiscard]] std::string closer(const NumberEvent& end, const NumberEvent* opening) const;

  std::uint64_t handle_;
  const report::NumberHistory& history_;
  bool several_threads_ = false;
};

std::string Sentences::opened(const NumberEvent& opening) const {
  switch (opening.what) {
    case What::inherited:
      return "inherited when the process began" +
             (opening.stack.empty() ? "" : " and before that opened" + by_whom(opening));
    case What::was_open:
      return "open before tracking began";
    case What::seen_open:
      return "found open" + when(" at ", opening) + " and opened by nobody knows whom";
    case What::duplicated:
      return "made " + deed(opening) + " as a duplicate of " +
             (opening.other.has_value() ? number(*opening.other) : "another");
    default:
      return "opened " + deed(opening);
  }
}

// Whom it was, and where it came from.
std::string Sentences::subject(const NumberEvent* opening) const {
  std::string words = number(handle_);
  if (opening == nullptr) return words;
  if (const std::string what = what_words(*opening); !what.empty()) words += " (" + what + ")";
  return words + ", " + opened(*opening) + ",";
}

std::string Sentences::closed(const NumberEvent& end) const {
  switch (end.what) {
    case What::closed_over:
      return "was closed " + deed(end) + ", which put " +
             (end.other.has_value() ? "a duplicate of " + number(*end.other) : "another") + " in its place";
    case What::closed_in_range:
      return "was closed " + deed(end) + " with all up to " + number(end.other.value_or(0));
    case What::closed_at_exec:
      return "was closed" + when(" at ", end) + " as the process became another program";
    case What::vanished:
      return "is gone" + when(" since ", end) + " from the kernel's table, and nobody was seen closing it";
    case What::reopened:
      return "was closed at some time before" + when(" ", end) +
             ", when the number was given again; nobody was seen "
             "closing it";
    default:
      return "was closed " + deed(end);
  }
}

std::string Sentences::closer(const NumberEvent& end, const NumberEvent* opening) const {
  std::string words;
  switch (end.closer) {
    case Closer::opener:
      words = ", which had opened it";
      break;
    case Closer::usual:
      words = ", which closes most of what that code opens";
      break;
    case Closer::other:
      words = ", which had not opened it";
      break;
    case Closer::unusual:
      words = ", which had not opened it: most of what that code opens is closed in " +
              usual_words(end.usual_closer);
      break;
    case Closer::sweep:
      words = ", which closes one number after the other, open or not";
      break;
    case Closer::no_owner:
    case Closer::unknown:
      break;
  }
  const bool other_thread = opening != nullptr && opening->what != What::inherited && opening->thread != 0 &&
                            end.thread != 0 && opening->thread != end.thread;
  if (!other_thread) return words;
  return words +
         (end.closer == Closer::other ? ", nor had its thread" : ", in another thread than opened it");
}

std::string Sentences::answer(const Answer& answer) const {
  const NumberEvent* opening = at(answer.opened);
  const NumberEvent* end = at(answer.closed);
  const NumberEvent* owned = at(answer.owned);
  const NumberEvent* noticed = at(answer.noticed);
  std::string words = subject(opening) + " ";
  if (end != nullptr) words += closed(*end);
  switch (answer.kind) {
    case Answer::Kind::closes_anothers:
      words += ", to whom it did not belong";
      if (owned != nullptr)
        words += ": what that code had had under this number was closed" + when(" at ", *owned);
      if (noticed != nullptr) words += ". After that this close failed: " + failed(*noticed);
      break;
    case Answer::Kind::closed_twice:
      words +=
          (end != nullptr ? "; closed again " : "was closed, and was not open any more, ") + failed(*noticed);
      break;
    case Answer::Kind::not_open:
      words += "was closed " + failed(*noticed) + "; it had not been open before, as far as was recorded";
      break;
    case Answer::Kind::used_closed:
      words += (end != nullptr ? "; used afterwards " : "was used, and was not open, ") + failed(*noticed);
      break;
    case Answer::Kind::closed:
    case Answer::Kind::lost:
      if (end != nullptr) words += closer(*end, opening);
      break;
    case Answer::Kind::open:
      words += history_.traced_until_s.has_value()
                   ? "was open at " + report::moment(*history_.traced_until_s) +
                         ", when the process became a program that could not be watched"
                   : "was never closed";
      break;
  }
  return answer.count < 2 ? words : words + " (the last of " + report::thousands(answer.count) + " times)";
}

}  // namespace

const char* answer_label(Answer::Kind kind) {
  switch (kind) {
    case Answer::Kind::closes_anothers:
      return "CLOSED BY ANOTHER";
    case Answer::Kind::closed_twice:
      return "CLOSED TWICE";
    case Answer::Kind::not_open:
      return "CLOSED, NOT OPEN";
    case Answer::Kind::used_closed:
      return "USED, NOT OPEN";
    case Answer::Kind::closed:
      return "CLOSED";
    case Answer::Kind::lost:
      return "GONE";
    case Answer::Kind::open:
      break;
  }
  return "OPEN";
}

std::string thread_words(const NumberEvent& event) {
  if (event.thread == 0) return {};
  if (event.thread_name.empty()) return "thread " + std::to_string(event.thread);
  return "thread " + escaped(event.thread_name) + " (" + std::to_string(event.thread) + ")";
}

std::string answer_words(std::uint64_t handle, const report::NumberHistory& history, const Answer& answer) {
  return Sentences(handle, history).answer(answer);
}

}  // namespace ajar::render
