#include "analyze/verdict.h"

#include <algorithm>

#include "analyze/growth.h"
#include "report/words.h"

// How a verdict is found
//
// A leak is growth that lasts: handles that are opened all through the run, up to its end, and stay. Three
// things look like it for a while. A pool or a cache grows too, but stops; so we ask whether the quiet since
// the last growth is longer than those within it, and whether the growth was spread over the time or came
// first. Handles in use are outstanding too, but they are the newest; so where most of what was opened was
// closed again, only those count which have outlived the ones that were closed. And a process that has
// nothing to do leaks nothing; so where growth stopped, we ask whether anything else went on: if the whole
// process fell silent, growth that went along with its work until then is still evidence.
//
// Whatever is too little or too short for an answer is a suspect, and the reason says what is missing.
namespace ajar::analyze {
namespace {

using report::counted;
using report::duration;
using report::thousands;
using report::Verdict;

constexpr std::size_t enough = 8;  // handles, to tell growth from chance
constexpr double instant_s = 0.2;  // of quiet at the end tells nothing

std::uint64_t closed_while_working(const Evidence& e) {
  return e.closed - std::min(e.closed, e.closed_at_shutdown);
}

Judgement plain(Verdict verdict, std::string reason) {
  return {.verdict = verdict, .reason = std::move(reason)};
}

Judgement grown(Verdict verdict, const Growth& growth, bool growing, std::string reason) {
  return {
      .verdict = verdict, .reason = std::move(reason), .rate_per_second = growth.rate(), .growing = growing};
}

std::string closed_in_words(const Evidence& e) {
  if (e.closed == 0) return "none was closed";
  return thousands(e.closed) + " of " + thousands(e.opened) + " were closed";
}

std::string after_the_start(const Evidence& e, double time_s) {
  return duration(time_s) + (e.from_mark ? " after the mark" : " after the start");
}

// "in the first 0.3 s", "within 0.3 s, 20.0 s after the start".
std::string when(const Evidence& e, const Growth& growth) {
  if (growth.first() <= growth.period() || growth.first() < 1)
    return "in the first " + duration(growth.last());
  return "within " + duration(growth.period()) + ", " + after_the_start(e, growth.first());
}

std::uint64_t others_opened(const Evidence& e, double from_s, double to_s) {
  const double width = model::seconds(e.others.width());
  std::int64_t sum = 0;
  for (const Curve::Bucket& bucket : e.others.buckets()) {
    const double begin = static_cast<double>(bucket.index) * width;
    if (begin >= from_s && begin < to_s) sum += bucket.opened;
  }
  return static_cast<std::uint64_t>(std::max<std::int64_t>(sum, 0));
}

Judgement judge_single(const Evidence& e) {
  if (e.opened <= 1) {
    return plain(Verdict::one_off, "opened once, " + after_the_start(e, e.outstanding[0]) + ", and kept");
  }
  return plain(Verdict::steady, "one is left of " + thousands(e.opened));
}

Judgement judge_few(const Evidence& e, const Growth& growth) {
  const bool settled = growth.quiet() >= 3 * growth.longest_gap() && growth.quiet() >= 0.1 * e.life_s &&
                       growth.quiet() > instant_s;
  if (settled) {
    return plain(Verdict::steady, "grew to " + thousands(growth.count()) + " " + when(e, growth) +
                                      ", no growth for " + duration(growth.quiet()) + " since");
  }
  return grown(Verdict::suspect, growth, false,
               "only " + thousands(growth.count()) + " so far, the last " + duration(growth.quiet()) +
                   " before the end: too few to tell, a longer run would");
}

Judgement judge_brief(const Evidence& e, const Growth& growth) {
  const std::string opened =
      thousands(growth.count()) + " were opened in the last " + duration(growth.horizon - growth.first());
  const bool to_its_exit = e.finished && others_opened(e, growth.last(), e.life_s + 1) == 0;
  if (to_its_exit && e.life_s <= 10) {
    return grown(Verdict::leak, growth, true, opened + " before the program ended, " + closed_in_words(e));
  }
  return grown(
      Verdict::suspect, growth, true,
      opened + " of " + duration(e.life_s) + ": too short to tell whether it stops, a longer run would");
}

Judgement judge_growing(const Evidence& e, const Growth& growth) {
  const double window = growth.horizon - growth.first();
  if (window < 1 || window < 0.02 * e.life_s) return judge_brief(e, growth);
  const std::size_t late = growth.after_share(0.5, growth.horizon);
  if (4 * late < growth.count()) {
    const std::size_t latest = growth.after_share(2.0 / 3, growth.horizon);
    if (latest <= std::max<std::size_t>(1, growth.count() / 20)) {
      return plain(Verdict::steady, "grew to " + thousands(growth.count()) + ", nearly all of it early: " +
                                        thousands(late) + " in the second half of the time");
    }
    return grown(Verdict::suspect, growth, true,
                 "still growing, but ever more slowly: a longer run would tell whether it stops");
  }
  if (growth.tenths(growth.horizon) < 3) {
    return grown(
        Verdict::suspect, growth, true,
        "grew to " + thousands(growth.count()) + " in two bursts: a longer run would tell whether more come");
  }
  return grown(Verdict::leak, growth, true,
               "opens go on to the end of the run, the last " + duration(e.life_s - e.outstanding.back()) +
                   " before it, and " +
                   (closed_while_working(e) == 0
                        ? closed_in_words(e)
                        : "though " + closed_in_words(e) + ", the number of those that stay grows"));
}

// Whether the growth is spread over its period, as by work that is done all along, and does not slow down.
bool is_even(const Growth& growth) {
  const double late =
      static_cast<double>(growth.after_share(0.5, growth.last())) / static_cast<double>(growth.count());
  const std::size_t wanted = growth.count() >= 20 ? 6 : 4;
  return late >= 0.25 && late <= 0.85 && growth.tenths(growth.last()) >= wanted;
}

// What the rest of the process did while a number grew, and since.
struct Company {
  bool worked_along = false;  // opened about as much
  bool works_on = false;
};

Company company(const Evidence& e, const Growth& growth) {
  const double period = std::max(growth.period(), 1e-9);
  const double since = e.life_s - growth.last();
  const auto during = static_cast<double>(others_opened(e, growth.first(), growth.last()));
  const auto after = static_cast<double>(others_opened(e, growth.last() + 0.02 * e.life_s, e.life_s));
  return {.worked_along = 2 * during >= static_cast<double>(growth.count()),
          .works_on = after >= 3 && after / since >= 0.1 * during / period};
}

// Growth that stopped with the process's work, where it was long and even enough to have come from the work.
Judgement judge_idle(const Evidence& e, const Growth& growth, bool worked_along, const std::string& grew) {
  const std::size_t count = growth.count();
  const double period = growth.period();
  const double share = period / e.life_s;
  const bool much = count >= 50 && period >= 5;
  const bool leak = worked_along ? share >= 0.2 && count >= 20 : share >= 0.5 && much;
  const bool suspect = worked_along ? share >= 0.1 || much : share >= 0.2;
  if (!leak && !suspect) return plain(Verdict::steady, grew);
  return grown(leak ? Verdict::leak : Verdict::suspect, growth, false,
               "grew by " + thousands(count) + " while the process was active (" + duration(period) + "), " +
                   closed_in_words(e) + "; nothing was opened in the " + duration(e.life_s - growth.last()) +
                   " since" + (leak ? "" : ": more work would tell whether it goes on"));
}

Judgement judge_stopped(const Evidence& e, const Growth& growth) {
  const std::string since = duration(e.life_s - growth.last()) + " since";
  const std::string grew =
      "grew to " + thousands(growth.count()) + " " + when(e, growth) + ", no growth for " + since;
  const auto [worked_along, works_on] = company(e, growth);
  const bool by_work = growth.period() >= 1 && is_even(growth);
  if (!works_on) {
    return by_work ? judge_idle(e, growth, worked_along, grew) : plain(Verdict::steady, grew);
  }
  const bool much = growth.count() >= 50 && growth.period() >= 5 && growth.period() >= 0.2 * e.life_s;
  if (!by_work || worked_along || !much) return plain(Verdict::steady, grew + ", while others were opened");
  return grown(Verdict::suspect, growth, false,
               "grew by " + thousands(growth.count()) + " at an even pace for " + duration(growth.period()) +
                   ", " + closed_in_words(e) + "; no growth for " + since +
                   ", while others were opened: more work would tell whether it goes on");
}

Judgement judge_growth(const Evidence& e, const Growth& growth) {
  if (growth.count() < enough) return judge_few(e, growth);
  // On a busy machine a program may take that long to come to its end.
  const bool for_an_instant = growth.quiet() <= instant_s;
  const bool is_little = growth.quiet() <= 0.1 * (growth.horizon - growth.first());
  if (growth.reaches_horizon() || (for_an_instant && is_little)) return judge_growing(e, growth);
  if (for_an_instant) return judge_brief(e, growth);
  return judge_stopped(e, growth);
}

Judgement judge_in_use(const Evidence& e, const Levels& level, std::size_t old) {
  const std::size_t now = e.outstanding.size();
  const double first = e.curve.buckets().empty() ? 0 : e.curve.buckets().front().index * level.width_s;
  const std::int64_t peak = level.peak_until(first + 0.8 * (e.life_s - first));
  const double usual = 1.1 * static_cast<double>(peak) + 1;
  const std::size_t above = now - std::min<std::size_t>(now, static_cast<std::size_t>(peak));
  if (static_cast<double>(now) <= usual || (above < enough && old < 2)) {
    return plain(Verdict::steady,
                 "in use: the level stays at " +
                     thousands(std::max<std::uint64_t>(static_cast<std::uint64_t>(peak), now)) +
                     " or below, " + closed_in_words(e));
  }
  if (old >= 2) {
    return plain(Verdict::suspect, thousands(old) + " stay open much longer than the " + thousands(e.closed) +
                                       " that were closed: too few to tell, a longer run would");
  }
  return plain(Verdict::suspect,
               "rose from at most " + counted(static_cast<std::uint64_t>(peak), "handle", "handles") +
                   " to " + thousands(now) +
                   ", but none has been open longer than those that were closed: a longer run would tell");
}

// Most of what was opened is closed again: what counts is what outlived that.
Judgement judge_churn(const Evidence& e) {
  const Levels level = levels(e.curve, e.life_s, e.closed_at_shutdown);
  if (5 * closed_while_working(e) < e.opened && e.outstanding.size() >= enough) {
    const Growth growth{.times = lasting_growth(level), .horizon = e.life_s};
    const bool goes_on = growth.count() >= enough && 10 * growth.after_share(0.8, e.life_s) >= growth.count();
    if (goes_on) return judge_growth(e, growth);
  }
  const double grace = 2 * e.usual_lifetime_s;
  Growth old{.times = {}, .horizon = e.life_s - grace};
  std::ranges::copy_if(e.outstanding, std::back_inserter(old.times),
                       [&](double t) { return t < old.horizon; });
  if (old.count() >= enough) {
    const std::vector<double> lasting = lasting_growth(level);
    const double third = old.first() + (e.life_s - old.first()) / 3;
    const auto risen = static_cast<std::size_t>(lasting.end() - std::ranges::upper_bound(lasting, third));
    const Judgement judgement = judge_growth(e, old);
    const bool level_agrees = 10 * risen >= 3 * old.count();
    if ((level_agrees || !judgement.growing) && judgement.verdict <= Verdict::suspect) return judgement;
  }
  return judge_in_use(e, level, old.count() < enough ? old.count() : 0);
}

}  // namespace

Judgement judge(const Evidence& e) {
  if (e.outstanding.size() == 1) return judge_single(e);
  if (50 * closed_while_working(e) >= e.opened) return judge_churn(e);
  return judge_growth(e, Growth{.times = e.outstanding, .horizon = e.life_s});
}

}  // namespace ajar::analyze
