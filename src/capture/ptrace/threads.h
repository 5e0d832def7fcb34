#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "capture/ptrace/call_plans.h"

namespace ajar::capture::ptrace {

// What threads of a process have in common.
struct TracedProcess {
  unsigned threads = 0;         // that have not ended
  std::uint64_t stack_end = 0;  // of the main thread's stack, where the program began it; 0: not known
  bool stops_at_all = false;    // at every call, and not only at those of the filter
  bool reads_events = false;    // it may have a fanotify group, whose events bring handles
};

struct TracedThread {
  int tid = 0, pid = 0;
  std::uint64_t table = 0;  // names its handle table
  bool waits = false;       // it is new, and stands still until its maker has told of it
  bool told = false;        // … which it has
  bool foreign = false;     // of a process that is not to be watched
  bool ended = false;       // its end is told
  bool in_entry = false;    // it has stopped at the beginning of a call as such, and not for the filter
  const ajar_call_plan* plan = nullptr;  // of the call that it is in, if the call's end is of interest
  Call call;
};

// The threads that are traced, their processes and which handle table they have: tables get names here, since
// the kernel doesn't tell its own. One thread at a time.
class Threads {
 public:
  // One that nobody has told of; nullptr for one that is not known.
  TracedThread& meet(int tid);
  TracedThread* find(int tid);
  TracedProcess& process_of(const TracedThread& thread) { return processes_[thread.pid]; }
  [[nodiscard]] bool empty() const { return threads_.empty(); }
  [[nodiscard]] bool has_process(int pid) const { return processes_.contains(pid); }
  // Those that stand still until their maker has told of them.
  [[nodiscard]] std::vector<int> waiting() const;
  [[nodiscard]] const std::map<int, TracedThread>& all() const { return threads_; }

  // From now on it is known what it is. `table`: 0 for one of its own.
  void place(TracedThread& thread, int pid, std::uint64_t table);
  // It goes on with a table of its own, if it shares one.
  void part_table(TracedThread& thread);
  // Its end is told: AJAR_ENDS_….
  std::uint64_t end(TracedThread& thread);
  void forget(int tid);
  // That thread is its process's only one from now on, and has its number.
  TracedThread& become_only(int former_tid, int pid);

 private:
  void take_table(TracedThread& thread, std::uint64_t table);
  bool leave_table(TracedThread& thread);

  std::map<int, TracedThread> threads_;
  std::unordered_map<int, TracedProcess> processes_;
  std::unordered_map<std::uint64_t, unsigned> users_;  // threads, by table
  std::uint64_t last_table_ = 0;
};

}  // namespace ajar::capture::ptrace
