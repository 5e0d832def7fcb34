#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// What an analysis says, as plain values: every name resolved, nothing that a renderer would have to look up
// or decide. All times are seconds since the start of the recording, all texts UTF-8 as recorded (a renderer
// escapes what its format cannot hold).
namespace ajar::report {

enum class Verdict : std::uint8_t { leak, suspect, steady, one_off };
enum class Match : std::uint8_t { none, nearest, exact };

struct Frame {
  std::string function;  // demangled; empty where match is none
  Match match = Match::none;
  std::string file;
  std::uint32_t line = 0;
  std::string module;        // its file's name: "libpricing.so"; empty for an address in no module
  std::uint64_t offset = 0;  // in the module, of the instruction after the call; 0 there: not known
  bool inlined = false;
  bool system = false;   // belongs to the operating system's modules, which are never blamed
  bool runtime = false;  // the interpreter's own, of a stack that shows the code that it ran
  std::string marker;    // "… deeper frames were cut"; then nothing else is set
};
using Stack = std::vector<Frame>;  // innermost first

struct Culprit {
  std::string module;
  std::string function;  // empty unless a symbol covers the address
  std::uint64_t offset = 0;
  std::string file;
  std::uint32_t line = 0;
  // Whom to call.
  std::string path, build_id, package, version;
};

struct Handle {
  std::uint64_t value = 0;
  std::string type;
  std::string name;  // the most telling name there is: endpoints, path, what was asked for
  std::optional<double> opened_at_s = {};  // not set: events have no times
  std::int64_t thread = 0;
  std::string thread_name;
};

// How many handles give themselves away as forgotten, and by what.
struct SignCount {
  std::string sign;  // "close_wait"
  std::uint64_t count = 0;
  std::string words;  // "940 in CLOSE_WAIT: the peer has hung up, the process has not closed them"
};

// Handles from before tracking that the same code has probably opened.
struct Probable {
  std::uint64_t count = 0;
  double share =
      0;  // how much of what is like them, was opened since and is open still is that code's: up to 1
  std::string like;  // what most of their names have in common, with '*' for what differs
};

struct Group {
  Verdict verdict = Verdict::suspect;
  std::string reason;
  std::string type;
  std::string call;  // the entry point that opened them
  std::uint64_t outstanding = 0, opened = 0, closed = 0;
  std::uint64_t closed_at_end = 0;  // of `closed`: only as the process ended
  double rate_per_second = 0;       // growth of `outstanding` while it grew; 0 for steady and one-off
  bool growing = false;             // up to the end
  std::optional<double> oldest_s = {}, newest_s = {};  // ages at the end; not set: events have no times
  std::optional<Culprit> culprit;                      // none where every known frame is the system's
  Stack stack;                                         // the commonest of `stacks`
  std::uint64_t stacks = 1;                            // that reach the same call through the same culprit
  std::string suppressed_by;     // the filter or suppression that keeps it from being reported; empty: none
  std::vector<SignCount> signs;  // that the last table read shows of the outstanding ones
  std::vector<Handle> handles;   // by time of opening
  Probable probably_before;
};

// A close of what was not open, or was another's; or a use of what was not open, where ajar is told of those.
struct BadClose {
  enum class Kind : std::uint8_t { closed_twice, not_open, closes_anothers };
  Kind kind = Kind::not_open;
  std::uint64_t handle = 0;  // of one of them
  std::uint64_t count = 1;   // how often this code did it, along whatever way it was reached
  bool is_use = false;       // it was no close, but something else was to be done with it
  bool sweep = false;        // one number after the other, open or not: deliberate, as daemons do
  bool noise = false;        // no bug, as far as can be told: a sweep, or a shell's
  Stack stack, closed_by, opened_by;
  Stack noticed_by;  // closes_anothers: the close that failed, since the handle had been taken away
};

// Opens that failed, by stack and error: at the limit it is all there is to see.
struct FailedOpen {
  std::string error;      // "EMFILE: too many open files"
  bool at_limit = false;  // refused because too many are open already
  std::string call;
  std::uint64_t count = 0;
  double first_s = 0, last_s = 0;
  std::string example;  // what was asked for
  std::optional<Culprit> culprit;
  Stack stack;
};

// What is only counted, so that a report stays bounded.
struct LeftOut {
  std::uint64_t groups = 0, count = 0;
};

// A handle that came with the process, and whom it is from where that was seen (fork, exec).
struct InheritedHandle {
  Handle handle;
  std::optional<Culprit> opened_by;
};

// How handles may have come to be that nobody saw opened.
enum class Unseen : std::uint8_t {
  none,              // there are no such handles
  events_lost,       // their openings may be among the lost events
  io_uring,          // the process has one, which the kernel may open by
  not_in_log,        // by calls that another tool's log doesn't have
  past_the_library,  // past its calls that are watched: by the program's own system calls, by its inner ways
};

struct Coverage {
  std::uint64_t open = 0, explained = 0, before_tracking = 0, inherited = 0, unseen = 0;
  std::uint64_t before_mark = 0;  // in a report on what came after a mark; `inherited` then came later, too
  std::uint64_t lost_events = 0;
  bool lost_at_least = false;      // nobody could count them: perhaps there were more
  std::string compared = "never";  // exit|periodic|never
  double seconds_before_end = 0;
  std::vector<InheritedHandle> inherited_handles;  // by number
  std::vector<Handle> unseen_handles;  // what is known of them; without those that a type filter leaves out
  Unseen unseen_because = Unseen::none;
};

struct TypeCount {
  std::string type;
  std::uint64_t count = 0;
  std::vector<SignCount> signs = {};  // by count
};

// Handles of one type that are on objects of the same name.
struct SameName {
  std::string type, name;
  std::uint64_t count = 0;
};

// What a dump tells of a process: its table, and perhaps the last operations on handles, without their times.
struct Dump {
  std::string system;            // "Windows 10.0.22631 x86_64"
  std::optional<double> up_s;    // not set: not known
  std::vector<TypeCount> types;  // by count
  std::string standing_out;      // the type of which there are so many that it stands out; empty: none
  std::map<std::string, std::uint64_t> unnamed;  // by type, where the dump has names at all
  std::vector<SameName> same_names;              // by count; those that are open often
  std::uint64_t operations = 0;                  // 0: handle tracing was off
  bool ring_is_full = false;                     // of operations: older ones are lost
};

struct Process {
  std::int64_t pid = 0;
  std::string name;
  double started_s = 0;
  double ran_s = 0;       // as far as it was seen
  bool attached = false;  // it was there before anybody saw it
  bool running = false;   // at the end of the recording
  bool windows = false;   // its handles are those of Windows, which people write in hexadecimal
  bool bad_uses = false;  // what is among its bad closes may have been other uses of a number
  std::optional<std::int32_t> exit_status, killed_by_signal;
  std::string not_traced;                // why; then nothing below means anything
  std::optional<double> traced_until_s;  // where it was traced before it became the program that is not
  std::uint64_t open = 0;
  // How many it may have, as the last table that was compared knows; none where nobody knows, or it may have
  // any number.
  std::optional<std::uint64_t> soft_limit, hard_limit;
  std::uint64_t closed_at_end = 0;  // that had been opened since the start, and were closed only as it ended
  std::vector<Group> groups;        // suppressed ones last; leaks first, then by outstanding
  std::vector<BadClose> bad_closes;
  std::vector<FailedOpen> failed_opens;  // at the limit first, then by count
  LeftOut failed_opens_left_out;
  Coverage coverage;
  std::optional<Dump> dump;  // set: nothing above that is a time or a rate means anything
};

// How much there is of the recording that the report was made from.
enum class Extent : std::uint8_t {
  whole,
  unfinished,  // all that is there could be read, but nobody knows what came after it
  damaged,     // some of it could not be read
};

// A moment that somebody who watched gave a name.
struct Mark {
  std::string label;
  double at_s = 0;
};

struct Report {
  Extent extent = Extent::whole;
  std::string file;            // another tool's, that it was made from, without folders; empty: a recording
  bool is_strace_log = false;  // that file
  bool is_told_later =
      false;  // of a recording that nobody was seen to go on with: what runs at its end ran then
  std::vector<Mark> marks;         // by time
  std::optional<Mark> since;       // the one that this report begins at, where it tells only what came after
  double end_s = 0;                // of what was recorded
  std::vector<Process> processes;  // in the order in which they started
  std::vector<std::string> warnings;  // about the recording itself: damage, what could not be read
};

}  // namespace ajar::report
