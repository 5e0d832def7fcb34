#include "analyze/number_answers.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace ajar::analyze {
namespace {

using report::Answer;
using What = SeenEvent::What;

Answer answer_on_failure(const SeenEvent& bad, std::size_t place, const std::vector<LifeEnds>& ends) {
  Answer answer;
  answer.noticed = place;
  if (bad.what == What::bad_use) {
    answer.kind = Answer::Kind::used_closed;
    if (!bad.life.has_value()) return answer;
    answer.opened = ends[*bad.life].opened;
    answer.closed = ends[*bad.life].closed;
  } else if (bad.stolen.has_value()) {
    answer.kind = Answer::Kind::closes_anothers;
    answer.opened = ends[*bad.stolen].opened;
    answer.closed = ends[*bad.stolen].closed;
    answer.owned = ends[*bad.owned].closed;
  } else if (bad.life.has_value()) {
    answer.kind = Answer::Kind::closed_twice;
    answer.opened = ends[*bad.life].opened;
    answer.closed = ends[*bad.life].closed;
  } else {
    answer.kind = Answer::Kind::not_open;
  }
  return answer;
}

class Answers {
 public:
  explicit Answers(const NumberEvents& number) : number_(number) {}

  std::vector<Answer> all() {
    bool only_noise = true;
    for (std::size_t i = 0; i < number_.events.size(); ++i) {
      const SeenEvent& event = number_.events[i];
      if (!event.fails() || event.noise) continue;
      only_noise = false;
      add(answer_on_failure(event, i, number_.ends));
    }
    if (only_noise && number_.lives.empty()) add_noise();
    std::ranges::stable_sort(all_, {}, &Answer::kind);
    add_last_end();
    return std::move(all_);
  }

 private:
  model::StackId stack_of(std::optional<std::size_t> event) const {
    return event.has_value() ? number_.events[*event].stack : model::StackId();
  }

  // What the same code did is one answer; the last time is told.
  void add(Answer answer) {
    const bool theft = answer.kind == Answer::Kind::closes_anothers;
    const std::tuple key(answer.kind, stack_of(theft ? answer.closed : answer.noticed),
                         stack_of(answer.opened));
    const auto [at, is_new] = places_.try_emplace(key, all_.size());
    if (is_new) {
      all_.push_back(answer);
    } else {
      answer.count = all_[at->second].count + 1;
      all_[at->second] = answer;
    }
  }

  // Nobody ever opened it, and who closed or used it minds that not.
  void add_noise() {
    for (std::size_t i = 0; i < number_.events.size(); ++i) {
      if (number_.events[i].fails()) add(answer_on_failure(number_.events[i], i, number_.ends));
    }
  }

  // How it ended the last time, unless that has been said.
  void add_last_end() {
    std::optional<std::size_t> last;
    for (std::size_t life = 0; life < number_.ends.size(); ++life) {
      if (number_.ends[life].opened.has_value()) last = life;
    }
    if (!last.has_value()) return add_unknown_end();
    Answer answer{.opened = number_.ends[*last].opened, .closed = number_.ends[*last].closed};
    const bool said =
        answer.closed.has_value() && std::ranges::find(all_, answer.closed, &Answer::closed) != all_.end();
    if (said) return;
    if (!answer.closed.has_value()) {
      answer.kind = Answer::Kind::open;
    } else if (number_.events[*answer.closed].stack.none()) {
      answer.kind = Answer::Kind::lost;
    }
    all_.push_back(answer);
  }

  // Closed by a call, and nobody saw it opened.
  void add_unknown_end() {
    for (std::size_t i = number_.events.size(); i-- > 0;) {
      if (number_.events[i].what != What::closed) continue;
      all_.push_back({.kind = Answer::Kind::closed, .closed = i});
      return;
    }
  }

  const NumberEvents& number_;
  std::map<std::tuple<Answer::Kind, model::StackId, model::StackId>, std::size_t> places_;
  std::vector<Answer> all_;
};

}  // namespace

std::vector<Answer> number_answers(const NumberEvents& number) {
  return Answers(number).all();
}

}  // namespace ajar::analyze
