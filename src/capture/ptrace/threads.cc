#include "capture/ptrace/threads.h"

#include <utility>

namespace ajar::capture::ptrace {

TracedThread& Threads::meet(int tid) {
  TracedThread& thread = threads_[tid];
  thread.tid = tid;
  return thread;
}

TracedThread* Threads::find(int tid) {
  const auto found = threads_.find(tid);
  return found == threads_.end() ? nullptr : &found->second;
}

std::vector<int> Threads::waiting() const {
  std::vector<int> tids;
  for (const auto& [tid, thread] : threads_) {
    if (thread.waits) tids.push_back(tid);
  }
  return tids;
}

void Threads::take_table(TracedThread& thread, std::uint64_t table) {
  thread.table = table != 0 ? table : ++last_table_;
  ++users_[thread.table];
}

// Whether it was the last one that had it.
bool Threads::leave_table(TracedThread& thread) {
  const auto users = users_.find(thread.table);
  if (users == users_.end() || --users->second != 0) return false;
  users_.erase(users);
  return true;
}

void Threads::place(TracedThread& thread, int pid, std::uint64_t table) {
  thread.pid = pid;
  thread.told = true;
  ++processes_[pid].threads;
  take_table(thread, table);
}

void Threads::part_table(TracedThread& thread) {
  if (users_[thread.table] < 2) return;
  leave_table(thread);
  take_table(thread, 0);
}

std::uint64_t Threads::end(TracedThread& thread) {
  if (!thread.told || std::exchange(thread.ended, true)) return 0;
  std::uint64_t ends = leave_table(thread) ? AJAR_ENDS_TABLE : 0;
  if (--processes_[thread.pid].threads == 0) {
    ends |= AJAR_ENDS_PROCESS;
    processes_.erase(thread.pid);
  }
  return ends;
}

void Threads::forget(int tid) {
  threads_.erase(tid);
}

// Others have ended, or are about to without a word.
TracedThread& Threads::become_only(int former_tid, int pid) {
  const auto former = threads_.find(former_tid);
  TracedThread only = former == threads_.end() ? TracedThread{} : former->second;
  if (!only.told || only.ended) {
    only.ended = false;
    place(only, pid, 0);
  }
  for (auto at = threads_.begin(); at != threads_.end();) {
    const bool is_other = at->second.pid == pid && at->first != former_tid;
    if (is_other) end(at->second);
    at = is_other || at->first == former_tid ? threads_.erase(at) : std::next(at);
  }
  only.tid = pid;
  only.plan = nullptr;
  return threads_[pid] = only;
}

}  // namespace ajar::capture::ptrace
