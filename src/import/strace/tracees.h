#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/number_map.h"
#include "calls/call_rows.h"
#include "import/strace/event_queue.h"
#include "import/strace/making.h"
#include "import/strace/names.h"
#include "import/strace/stacks.h"
#include "model/world.h"

namespace ajar::import::strace {

// What a log has told of a descriptor's number.
struct Number {
  bool open = false;
  bool close_on_exec = false;
  model::StringId type, text;
};

// A descriptor table, as far as calls tell of it.
struct Numbers {
  model::TableId id;
  base::NumberMap<Number> known;  // those that were closed, too
  std::uint64_t open = 0;         // how many of them are
  bool is_met = false;            // what was open in it before has been thought about
  std::uint32_t users = 0;        // threads

  void put(std::uint64_t number, const Number& what);
  void close(std::uint64_t number);
};
using NumbersPtr = std::shared_ptr<Numbers>;

// A call of which the first part has been read.
struct Pending {
  const calls::CallRow* row = nullptr;
  std::string name, text;
  model::Time begun{};
  ItemPtr closing;             // where its close stands in the order
  std::uint32_t moves_to = 0;  // an exec, by which the thread gets this pid
  std::uint32_t child = 0;     // it has made, as is known already
};

// How many descriptors are told of in tables, all of them together: a log may make thousands of processes,
// each with a copy of a large table.
inline constexpr std::uint64_t kMostTold = 2'000'000;

struct Process;
struct Thread {
  std::uint32_t pid = 0;
  model::ThreadId id;
  std::shared_ptr<Process> process;
  NumbersPtr numbers;
  std::optional<Pending> pending;
};

struct Process {
  std::uint32_t pid = 0;  // 0: the log doesn't say
  model::ProcessId id;
  model::ImageId image;
  NumbersPtr numbers;  // the table of its main thread
  std::uint32_t threads = 0;
  bool is_from_start = false;  // its first call is in the log
};

// What fork, vfork and clone made.
struct Child {
  std::uint64_t flags = 0;  // CLONE_…
  std::shared_ptr<Process> parent;
  NumbersPtr parents;  // the parent's own table
  NumbersPtr copy;     // a table of its own, with what was open; none where they share
  model::Time time{};

  [[nodiscard]] bool is_thread() const { return (flags & kCloneThread) != 0; }
  [[nodiscard]] bool shares(const NumbersPtr& numbers) const { return copy == nullptr && parents == numbers; }
};

// The processes and threads of a log, as the recording has them: by what calls say of those that they make,
// and by the pids in front of the lines.
class Tracees {
 public:
  Tracees(model::World& world, Names& names, Stacks& stacks, EventQueue& queue)
      : world_(world), names_(names), stacks_(stacks), queue_(queue) {}

  // Whose line it is. `pid`: 0 where the line doesn't say: then there is only one, or was when the line was
  // written. `is_exec`: what it does is to begin a program. `ahead`: the text behind the line.
  Thread& thread_of(std::uint32_t pid, model::Time time, bool is_exec, std::string_view ahead);

  // strace said that it follows this one, too.
  void announce(std::uint32_t pid) { announced_.insert(pid); }

  // The thread's call has made this one.
  void made(Thread& maker, std::uint32_t pid, std::uint64_t flags, model::Time time);

  // It runs another program from now on, `path`, with these arguments.
  void execed(Thread& thread, std::string path, std::vector<std::string> command, model::Time time);

  // The thread has the table for itself from now on.
  void parted(Thread& thread, model::Time time);

  // One has ended; `how` is what strace says of it.
  void ended(Thread& thread, std::string_view how, model::Time time);

  // The calls of this thread, which began in another's name (exec in a thread that is not the first).
  Thread* moving_to(std::uint32_t pid);

  // The thread is that one, of which no line has said so.
  void learn_pid(Thread& thread, std::uint32_t pid);
  // The only one there is.
  void name_only(std::uint32_t pid);

  // Whether another thread is about to open something in this table.
  [[nodiscard]] bool is_opening(const Numbers& numbers, const Thread& but) const;

  // The log ends: what is open still, of each table.
  void finish(model::Time time);

  // Who the log's children are, as the signals at their ends tell: set once, when they are asked for.
  void set_log(std::string_view log) { log_ = log; }

  // Made by calls, and never seen: so many threads, so many processes.
  struct Unseen {
    std::uint64_t threads = 0, processes = 0;
  };
  [[nodiscard]] Unseen unseen_children() const;
  // Threads of which nothing tells how they came to be, beside the first one.
  [[nodiscard]] std::uint64_t unexplained() const { return unexplained_; }
  [[nodiscard]] bool has_pids() const { return has_pids_; }

 private:
  Thread& add_thread(std::uint32_t pid, std::shared_ptr<Process> process, NumbersPtr numbers);
  std::shared_ptr<Process> add_process(std::uint32_t pid, model::Image image, NumbersPtr numbers,
                                       std::int64_t parent, model::Time time);
  Thread& adopt(std::uint32_t pid, const Child& child);
  Thread* adopt_from_pending(std::uint32_t pid, model::Time time, std::string_view ahead);
  Thread& begin(std::uint32_t pid, model::Time time, bool is_exec);
  Thread* rename_first(std::uint32_t pid);
  [[nodiscard]] Child child_of(const Thread& maker, std::uint64_t flags, model::Time time);
  void take_along(Thread& main, model::Time time);
  NumbersPtr add_numbers(model::TableId copied_from, model::Time time);
  NumbersPtr copy_of(const NumbersPtr& numbers, model::Time time);
  [[nodiscard]] model::Snapshot table_of(const Process& process, model::Snapshot::Taken taken,
                                         model::Time time);
  void leave(Thread& thread, model::Time time);
  bool is_process(std::uint32_t pid);

  model::World& world_;
  Names& names_;
  Stacks& stacks_;
  EventQueue& queue_;
  std::unordered_map<std::uint32_t, Thread> threads_;  // by pid; those that live
  std::map<std::uint32_t, Child> children_;            // made, and not seen yet
  std::set<std::uint32_t> announced_;
  std::optional<std::set<std::uint32_t>> processes_that_end_;
  std::shared_ptr<Process> first_;
  std::string_view log_;
  std::uint64_t unexplained_ = 0, told_ = 0;
  Unseen forgotten_;
  std::uint32_t last_ = 0;  // whose line was the last without a pid
  bool has_pids_ = false;
};

}  // namespace ajar::import::strace
