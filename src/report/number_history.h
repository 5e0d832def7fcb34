#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "report/report.h"

// What became of one handle number, as plain values: see report.h.
namespace ajar::report {

// What somebody who closed a handle had to do with it.
enum class Closer : std::uint8_t {
  unknown,   // nobody saw who opened it
  opener,    // the same function opened it
  usual,     // mostly it is this code that closes what that code opens
  other,     // other code; nothing is known of what is usual
  unusual,   // other code, and what that code opens is mostly closed by other code still
  sweep,     // code that closes one number after the other, open or not
  no_owner,  // proven: the number had been given to somebody else, whose own close failed then
};

// One thing that happened to the number.
struct NumberEvent {
  enum class What : std::uint8_t {
    opened,
    duplicated,  // from `other`
    inherited,   // came with the process; the call and the stack are its parent's, where they were seen
    was_open,    // before tracking began
    seen_open,   // the kernel's table has it; nobody saw it opened
    copied,      // duplicated as `other`: what it stands for stays open with that
    closed,
    closed_over,      // by a duplicate of `other` that was put in its place
    closed_in_range,  // of which `other` is the last number
    closed_at_exec,
    vanished,   // the kernel's table no longer has it; nobody saw it closed
    reopened,   // opened again though nobody saw it closed
    bad_close,  // it was not open
    bad_use,    // nor when it was to be duplicated, or used otherwise
  };
  What what = What::opened;
  std::optional<double> at_s = {};  // not set: events have no times
  std::string call;
  std::int64_t thread = 0;
  std::string thread_name;
  std::string type, name;  // of what the number stood for
  std::optional<std::uint64_t> other;
  std::string error;  // "EBADF: bad descriptor"
  std::optional<Culprit> culprit;
  Stack stack;
  std::optional<std::size_t> opening;  // of ends and copies: which event had opened it
  Closer closer = Closer::unknown;     // of ends that a call made
  std::string usual_closer;            // where that is `unusual`: "shop-server!close_journal"
  bool noise = false;                  // a bad close or use that is no bug, as far as can be told
};

// An answer to the question who closed it; the events are places in NumberHistory::events.
struct Answer {
  enum class Kind : std::uint8_t {
    closes_anothers,  // `closed` was no business of who did it: `owned` ended that code's own right to the
                      // number, `noticed` is the close that failed afterwards
    closed_twice,     // `noticed` failed, since `closed` had closed it already
    not_open,         // `noticed` failed, and it never was open before, as far as is known
    used_closed,      // the same of a use that failed: `closed` had closed it, if it ever was open
    closed,           // `closed` is the end of the last that had the number
    lost,             // the same, but nobody saw by whom
    open,             // it is open still
  };
  Kind kind = Kind::closed;
  std::uint64_t count = 1;  // how often the same code did the same; then it is the last time that is told
  std::optional<std::size_t> opened = {}, closed = {}, owned = {}, noticed = {};
};

struct NumberHistory {
  std::int64_t pid = 0;
  std::string name;
  bool windows = false;                  // the number is a HANDLE of Windows
  std::optional<double> traced_until_s;  // where it became a program then that could not be watched
  std::uint64_t opened = 0, closed = 0, bad_closes = 0, bad_uses = 0;
  std::uint64_t lost_events = 0;    // of the process: some of the number may be among them
  bool lost_at_least = false;       // nobody could count them: perhaps there were more
  std::vector<NumberEvent> events;  // by time: the newest, and those that answers are about
  std::uint64_t events_left_out = 0;
  std::vector<Answer> answers;  // what is wrong comes first, the last end last
};

struct NumberHistories {
  std::uint64_t handle = 0;
  std::vector<NumberHistory> processes;  // in the order in which they started
  std::uint64_t only_inherited = 0;  // processes that came with it and did nothing to it; they are left out
  std::vector<std::string> warnings;
};

}  // namespace ajar::report
