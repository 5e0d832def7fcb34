#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

#include "model/event.h"

namespace ajar::analyze {

// One life of a handle number, from its opening to its closing.
struct Generation {
  // before_mark is what a handle may count as, and the origin of none.
  enum class Origin : std::uint8_t { event, inherited, before_tracking, unseen, before_mark };
  enum class Gone : std::uint8_t {
    no,
    closed,    // by an event
    replaced,  // the number was opened again: something unseen closed it
    vanished,  // the kernel's table no longer had it
    at_exec,
  };

  model::Time opened{};
  model::Time closed{};  // where it is gone
  Gone gone = Gone::no;
  Origin origin = Origin::event;
  bool duplicate = false;
  model::ThreadId thread;
  model::StackId stack, closed_by;
  model::StringId call, type, text, address;
  std::uint32_t row = 0;         // of the statistics that it counts for, where its origin is an event
  std::uint64_t stands_for = 0;  // 1 + the number of the inherited handle that it is a duplicate of

  [[nodiscard]] bool open() const { return gone == Gone::no; }
};

// Is told what counts for the stacks' statistics. `number` is 1, or -1 for what turned out not to be so.
class Ledger {
 public:
  virtual ~Ledger() = default;
  virtual void count_opened(const Generation& generation, int number) = 0;
  virtual void count_closed(const Generation& generation, int number) = 0;
};

// The lives of one handle number. Events come only nearly in the order of their times, so that an open may
// arrive before the close that made room for it: the lives are kept by time, a close ends the latest life
// that began before it, whenever it arrives, and a life that another one follows is over, at the latest then.
// Only the last few are kept; what is older than those can no longer be put right.
class Slot {
 public:
  // `generation` is a life of its own, going on as far as is known.
  void open(const Generation& generation, Ledger& ledger);

  void close(model::Time time, model::StackId stack, Ledger& ledger);

  // Ends the current life without a close event.
  void vanish(model::Time time, Generation::Gone how, Ledger& ledger);

  // The life that goes on, or nullptr.
  [[nodiscard]] const Generation* current() const;
  [[nodiscard]] Generation* current();

  // The latest life that began at or before `time`, over or not; nullptr where none is known.
  [[nodiscard]] const Generation* latest_before(model::Time time) const;
  [[nodiscard]] Generation* latest_before(model::Time time);

  // The lives that began at or before `time`, in that order, as far as they are kept.
  [[nodiscard]] std::span<const Generation> lives_until(model::Time time) const;

  enum class Presence : std::uint8_t { open, closed, unknown };

  // Whether it was open all through [begin, end], or closed all through it, as the events have it. `slack` is
  // how long before `begin` a close may be stamped, and after `end` an open, and still be the one seen.
  [[nodiscard]] Presence during(model::Time begin, model::Time end, model::Time slack) const;

  // Forgets all lives but the current one.
  void forget_past();

  // From now on no life is forgotten but by forget_past().
  void keep_all() { keeps_all_ = true; }

  // As far as they are kept, by time of opening.
  [[nodiscard]] std::span<const Generation> lives() const { return lives_; }

 private:
  struct Close {
    model::Time time{};
    model::StackId stack;
  };

  // How many lives began at or before `time`: mostly all.
  [[nodiscard]] std::ptrdiff_t begun_by(model::Time time) const {
    if (lives_.empty() || lives_.back().opened <= time) return std::ssize(lives_);
    return std::ranges::upper_bound(lives_, time, {}, &Generation::opened) - lives_.begin();
  }

  void end(Generation& generation, Generation::Gone how, model::Time time, model::StackId by, Ledger& ledger);
  void reopen(Generation& generation, Ledger& ledger);
  [[nodiscard]] bool explains(const Generation& opening, const Generation& shown) const;
  void adopt(Generation& shown, Generation opening, Ledger& ledger);
  void make_room_for(Generation& opening, Generation& before, Ledger& ledger);
  bool take_spare_close(model::Time from, model::Time to, Close& taken);
  void keep_spare(Close close);
  void trim();

  std::vector<Generation> lives_;    // by time of opening; all but the last are over
  std::vector<Close> spare_closes_;  // that no known life accounts for yet; by time, few
  bool trimmed_ = false;
  bool keeps_all_ = false;
};

}  // namespace ajar::analyze
