#include "analyze/number_telling.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "analyze/failed_opens.h"
#include "analyze/handle_types.h"
#include "analyze/handle_view.h"
#include "analyze/number_answers.h"

namespace ajar::analyze {
namespace {

using report::NumberEvent;
using What = SeenEvent::What;

constexpr std::size_t most_told = 10'000;

class Teller {
 public:
  Teller(const NumberEvents& number, const NumberWatch& watch, const NumberWatch::Seen& seen,
         const model::World& world, CodePaths& paths, Accusations& accusations)
      : number_(number),
        watch_(watch),
        seen_(seen),
        world_(world),
        paths_(paths),
        accusations_(accusations) {}

  void add_to(report::NumberHistory& history) {
    std::vector<report::Answer> answers = number_answers(number_);
    const std::vector<std::size_t> chosen = choose(answers);
    const std::size_t before = history.events.size();
    const auto place = [&](std::optional<std::size_t> event) {
      const auto found = std::ranges::lower_bound(chosen, event.value_or(0));
      if (!event.has_value() || found == chosen.end() || *found != *event) event.reset();
      if (event.has_value()) *event = before + static_cast<std::size_t>(found - chosen.begin());
      return event;
    };
    for (report::Answer& answer : answers) {
      for (auto* event : {&answer.opened, &answer.closed, &answer.owned, &answer.noticed})
        *event = place(*event);
      history.answers.push_back(answer);
    }
    for (const std::size_t event : chosen) {
      history.events.push_back(told(number_.events[event]));
      const SeenEvent& seen = number_.events[event];
      if (seen.life.has_value() && !seen.begins() && !seen.fails())
        history.events.back().opening = place(number_.ends[*seen.life].opened);
    }
    count(history);
    history.events_left_out += number_.events.size() - chosen.size();
  }

 private:
  [[nodiscard]] std::vector<std::size_t> choose(const std::vector<report::Answer>& answers) const {
    const std::size_t all = number_.events.size();
    std::set<std::size_t> chosen;
    for (std::size_t i = all - std::min(all, most_told); i < all; ++i) chosen.insert(i);
    for (const report::Answer& answer : answers) {
      for (const auto& event : {answer.opened, answer.closed, answer.owned, answer.noticed}) {
        if (event.has_value()) chosen.insert(*event);
      }
    }
    return {chosen.begin(), chosen.end()};
  }

  void count(report::NumberHistory& history) const {
    for (const SeenEvent& event : number_.events) {
      const bool came = event.what == What::inherited || event.what == What::was_open;
      if (event.begins() && !came) ++history.opened;
      if (event.ends()) ++history.closed;
      if (event.what == What::bad_close) ++history.bad_closes;
      if (event.what == What::bad_use) ++history.bad_uses;
    }
  }

  // The life as the last table has it that was read while it lasted.
  [[nodiscard]] report::Handle view_of(const Generation& life) const {
    const model::Handle* in_table = nullptr;
    const model::Time until = life.open() ? model::Time::max() : life.closed;
    auto at = std::ranges::upper_bound(seen_.tables, until, {}, &model::Snapshot::end);
    while (in_table == nullptr && at != seen_.tables.begin() && (--at)->begin >= life.opened) {
      const model::Handle& found = at->handles.front();
      if (compatible_types(world_.text(life.type), found.type)) in_table = &found;
    }
    return view(world_,
                {.value = watch_.handle(), .life = &life, .in_table = in_table, .counts_as = life.origin});
  }

  NumberEvent told(const SeenEvent& event) {
    NumberEvent told;
    told.what = event.what;
    if (world_.origin.events_have_times()) told.at_s = model::seconds(event.time);
    told.call = world_.text(event.call);
    told.other = event.other;
    told.closer = event.closer;
    told.noise = event.noise;
    if (const model::Thread* thread = world_.threads.find(event.thread)) {
      told.thread = thread->tid;
      told.thread_name = thread->name;
    }
    if (event.fails()) told.error = error_text(event.error);
    if (event.life.has_value() && !event.fails()) tell_life(number_.lives[*event.life], told);
    if (event.stack.none()) return told;
    CodePath path = paths_.of(event.stack);
    told.culprit = std::move(path.culprit);
    told.stack = std::move(path.frames);
    return told;
  }

  void tell_life(const Generation& life, NumberEvent& told) {
    report::Handle handle = view_of(life);
    told.type = std::move(handle.type);
    told.name = std::move(handle.name);
    if (told.closer == report::Closer::unusual)
      told.usual_closer = accusations_.habits().usual_closer(accusations_.code_of(life.stack));
  }

  const NumberEvents& number_;
  const NumberWatch& watch_;
  const NumberWatch::Seen& seen_;
  const model::World& world_;
  CodePaths& paths_;
  Accusations& accusations_;
};

}  // namespace

void tell(const NumberEvents& number, const NumberWatch& watch, const NumberWatch::Seen& seen,
          const model::World& world, CodePaths& paths, Accusations& accusations,
          report::NumberHistory& history) {
  Teller(number, watch, seen, world, paths, accusations).add_to(history);
}

}  // namespace ajar::analyze
