// How a Tracer comes by what it traces.
#include <linux/ptrace.h>

#include <cerrno>

#include "capture/ptrace/own_table.h"
#include "capture/ptrace/stopped_thread.h"
#include "capture/ptrace/tracer.h"
#include "platform/procfs.h"
#include "tables/same_file.h"

namespace ajar::capture::ptrace {
namespace {

bool has_fanotify_group(int thread) {
  const auto numbers = open_numbers(thread);
  for (std::size_t i = 0; numbers && i < numbers->size(); ++i) {
    if (is_fanotify_group(thread, (*numbers)[i])) return true;
  }
  return false;
}

// Where the kernel can't be asked, threads of one process do.
bool share_table(int tid, int pid, const TracedThread& other) {
  return tables::share_table(tid, other.tid).value_or(other.pid == pid);
}

}  // namespace

std::uint64_t Tracer::options() const {
  std::uint64_t all = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT;
  if (children_) all |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
  if (stops_ == Stops::by_filter) all |= PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL;
  return all;
}

int Tracer::begin(int pid) {
  if (const int failed = ask(PTRACE_SEIZE, pid, 0, options()); failed != 0) return failed;
  threads_.place(threads_.meet(pid), pid, 0);
  return 0;
}

int Tracer::seize_new_threads(int pid, bool& found) {
  const auto threads = platform::ProcFs().threads(pid);
  if (!threads) return ESRCH;
  for (const platform::ThreadInfo& each : *threads) {
    const auto tid = static_cast<int>(each.tid);
    if (threads_.find(tid) != nullptr) continue;
    const int failed = ask(PTRACE_SEIZE, tid, 0, options());
    // It has ended meanwhile; or one that is traced has made it, and it comes by itself.
    if (failed == ESRCH || (failed != 0 && tid != pid)) continue;
    if (failed != 0) return failed;
    found = true;
    std::uint64_t table = 0;
    for (const auto& [other, thread] : threads_.all()) {
      if (table == 0 && thread.told && share_table(tid, pid, thread)) table = thread.table;
    }
    threads_.place(threads_.meet(tid), pid, table);
    ask(PTRACE_INTERRUPT, tid);
  }
  return 0;
}

// Threads may make others while they are looked for.
int Tracer::attach(int pid) {
  for (bool found = true; found;) {
    found = false;
    if (const int failed = seize_new_threads(pid, found); failed != 0) return failed;
  }
  TracedThread* main = threads_.find(pid);
  if (main == nullptr) return ESRCH;
  TracedProcess& process = threads_.process_of(*main);
  process.stops_at_all = true;
  process.reads_events = has_fanotify_group(pid);
  return 0;
}

}  // namespace ajar::capture::ptrace
