#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "report/report.h"

// Handle tables and what changed between two of them, as plain values: see report.h.
namespace ajar::report {

// Of a limit: there is none.
constexpr std::uint64_t kNoLimit = UINT64_MAX;

// What is known of a handle, for programs.
struct Fact {
  std::string name;                     // "receive_queue"
  std::optional<std::uint64_t> number;  // else `texts`
  std::vector<std::string> texts;       // one, unless `several`
  bool several = false;                 // a handle may have more than one of these
};

// The same, for people.
struct Detail {
  std::string label;  // "local, peer"
  std::string text;
};

// Whose call opened a handle.
struct Origin {
  std::optional<double> opened_at_s = {};  // not set: events have no times
  std::string call;
  std::int64_t thread = 0;
  std::string thread_name;
  std::optional<Culprit> culprit;
  Stack stack;
};

struct TableHandle {
  std::uint64_t value = 0;
  std::string type;
  std::string name;
  std::vector<std::string> signs;  // that it is forgotten: "close_wait", "deleted" …
  std::vector<Fact> facts;
  std::vector<Detail> details;
  std::optional<Origin> origin;  // where it was seen
  std::string no_origin;         // else, in a recording of a traced process: "inherited", "before tracking" …
};

// A limit of the system's that handles count against.
struct Limit {
  std::string name;   // "RLIMIT_NOFILE", "fs.file-max", "inotify instances"
  std::string scope;  // of whom: "this process", "the system", "user www-data"
  std::uint64_t used = 0, most = 0;
};

struct HandleTable {
  std::int64_t pid = 0;
  std::string name;
  std::string command;         // its words with blanks between them
  std::optional<double> up_s;  // since the process started, when the table was read; not set: not known
  double read_at_s = 0;        // since the start of the recording
  std::uint64_t open = 0;
  std::uint64_t listed = 0;                             // of them; the others the source only counts
  std::optional<std::uint64_t> soft_limit, hard_limit;  // not set: not known
  bool complete = true;                                 // false: the table could not be read to its end
  std::vector<TypeCount> types;                         // by count
  std::vector<TableHandle> handles;                     // as asked for
  std::vector<Limit> limits;                            // the nearest first
  std::vector<std::string> shares_table_with;           // "helper 813"
  bool windows = false;                                 // handles are those of Windows
};

struct HandleTables {
  std::vector<HandleTable> processes;
  std::vector<std::string> machine = {};  // what is known of the one they run on, a line each, for people
  std::vector<std::string> warnings;
};

// One row of the list of all processes.
struct ProcessCount {
  std::int64_t pid = 0;
  std::string name, user;
  std::optional<std::uint64_t> open;  // not set: not permitted
  std::optional<std::uint64_t> soft_limit, hard_limit;
  std::string commonest_type;  // empty: not looked at
  std::uint64_t commonest = 0;
};

struct ProcessCounts {
  std::vector<ProcessCount> processes;    // as sorted
  std::uint64_t unreadable = 0;           // of them
  std::vector<Limit> limits;              // the system's
  std::vector<std::string> machine = {};  // as in HandleTables
  std::vector<std::string> warnings;
};

// Handles that came, or went, alike in type and name, and where it is known in the code that opened them.
struct ChangeGroup {
  std::string type;
  std::string pattern;  // "/var/log/app-*.log"; a name where all have the same
  std::uint64_t count = 0;
  std::vector<SignCount> signs;
  std::vector<std::uint64_t> handles;
  std::optional<Origin> origin;  // of the first
};

struct TableChange {
  std::int64_t pid = 0;  // of the later table
  std::string name;
  bool same_process = true;  // else tables of two processes of one program: then only the numbers by type and
                             // name are compared
  double seconds = 0;        // between the two; 0 where that is not known
  std::uint64_t before = 0, after = 0;
  std::uint64_t came = 0, went = 0;
  double rate_per_second = 0;  // growth
  std::optional<std::uint64_t> soft_limit;
  std::optional<double> limit_in_s;  // if it goes on growing like this
  std::vector<ChangeGroup> groups_came, groups_went;
  bool complete = true;  // both tables were read to their ends
  bool windows = false;  // handles are those of Windows
};

struct TableChanges {
  std::vector<TableChange> processes;
  std::vector<std::string> only_before, only_after;  // "helper (pid 813)"
  std::vector<std::string> warnings;
};

}  // namespace ajar::report
