#include "capture/ptrace/tracer.h"

#include <linux/ptrace.h>
#include <linux/sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "calls/call_rows.h"
#include "calls/numbers.h"
#include "calls/uses.h"
#include "capture/ptrace/call_payload.h"
#include "capture/ptrace/own_table.h"
#include "capture/ptrace/stopped_thread.h"
#include "platform/procfs.h"

namespace ajar::capture::ptrace {
namespace {

constexpr int kCallStop = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD

// ERESTARTSYS and the like: the kernel makes the call again, or lets it fail, after the signal.
bool is_interrupted(std::int64_t result) {
  constexpr std::int64_t kFirst = -516, kLast = -512;
  return result >= kFirst && result <= kLast;
}

const calls::CallRow* row_of(const Call& call) {
  return calls::call_row(static_cast<std::int64_t>(call.number), call.abi == AJAR_ABI_32);
}

std::int64_t result_of(const ajar_call_registers& registers, std::uint8_t abi) {
  if (abi == AJAR_ABI_32) return static_cast<std::int32_t>(registers.ax);
  return static_cast<std::int64_t>(registers.ax);
}

// With what flags a thread that is making another one does so.
std::uint64_t clone_flags(int thread, const Call& call) {
  const calls::CallRow* row = row_of(call);
  if (row == nullptr) return 0;
  if (row->number == calls::kClone) return call.arguments[0];
  std::uint64_t flags = 0;
  if (row->number == calls::kClone3)
    static_cast<void>(read_memory(thread, call.arguments[0], &flags, sizeof(flags)));
  return flags;
}

// Of its process, which has its number then.
bool is_first_thread(int tid) {
  return ::syscall(SYS_tgkill, tid, tid, 0) == 0;
}

}  // namespace

bool Tracer::is_over() const {
  return threads_.empty() || (stops_ == Stops::at_all && ring_.abandoned());
}

void Tracer::run() {
  while (!is_over()) {
    int status = 0;
    const pid_t tid = ::waitpid(-1, &status, __WALL);
    if (tid > 0) {
      on_status(tid, status);
    } else if (errno != EINTR) {
      return;
    }
  }
}

void Tracer::on_status(int tid, int status) {
  if (!WIFSTOPPED(status)) {
    TracedThread* gone = threads_.find(tid);
    if (gone == nullptr) return;
    tell_end(*gone, status, false);
    threads_.forget(tid);
    return let_orphans_go();
  }
  const int event = status >> 16;
  if (event == PTRACE_EVENT_EXEC) return on_exec(tid);
  TracedThread& thread = threads_.meet(tid);
  if (ring_.abandoned()) {
    processor_.let_alone();  // who asks where it may run is not noticed then
  } else if (thread.told) {
    processor_.stopped(tid);
  }
  on_stop(thread, WSTOPSIG(status), event);
}

void Tracer::on_stop(TracedThread& thread, int signal, int event) {
  switch (event) {
    case PTRACE_EVENT_SECCOMP:
      return on_filter(thread);
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
    case PTRACE_EVENT_CLONE:
      return on_made(thread);
    case PTRACE_EVENT_EXIT:
      return on_end(thread);
    case PTRACE_EVENT_STOP:
      return on_new_stop(thread, signal);
    default:
      break;
  }
  if (signal == kCallStop) return on_call(thread);
  // A signal that it is to get.
  resume(thread, event == 0 ? signal : 0);
}

// It begins, was interrupted, or stops or goes on with its process (job control).
void Tracer::on_new_stop(TracedThread& thread, int signal) {
  if (thread.foreign) {
    ask(PTRACE_DETACH, thread.tid);
    return threads_.forget(thread.tid);
  }
  if (signal != SIGTRAP) {
    ask(PTRACE_LISTEN, thread.tid);
  } else if (!thread.told) {
    thread.waits = true;
  } else {
    resume(thread);
  }
}

void Tracer::resume(const TracedThread& thread, int signal) {
  const bool at_next = !ring_.abandoned() &&
                       (thread.plan != nullptr || (thread.told && threads_.process_of(thread).stops_at_all));
  processor_.wakes(thread.tid);
  ask(at_next ? PTRACE_SYSCALL : PTRACE_CONT, thread.tid, 0, static_cast<std::uint64_t>(signal));
  processor_.woken(thread.tid);
}

Whose Tracer::whose(const TracedThread& thread) {
  const std::uint64_t stack_end = thread.tid == thread.pid ? threads_.process_of(thread).stack_end : 0;
  return {.pid = thread.pid, .tid = thread.tid, .table = thread.table, .stack_end = stack_end};
}

// Where it stops at all calls, it has stopped for this one already. When nobody reads any more, the stop is
// answered, and nothing asked.
void Tracer::on_filter(TracedThread& thread) {
  if (!ring_.abandoned() && !thread.in_entry) {
    if (const auto stop = call_of(thread.tid); stop && stop->begins) enter(thread, stop->call);
  }
  resume(thread);
}

// Where it has stopped at the beginning of a call, the next stop is the call's end.
void Tracer::on_call(TracedThread& thread) {
  if (ring_.abandoned()) return resume(thread);
  const bool was_in_entry = std::exchange(thread.in_entry, false);
  if (thread.plan != nullptr) {
    leave(thread);
  } else if (was_in_entry) {
    leave_other(thread);
  } else {
    const auto stop = call_of(thread.tid);
    thread.in_entry = stop && stop->begins;
    if (thread.in_entry) enter(thread, stop->call);
  }
  resume(thread);
}

void Tracer::enter(TracedThread& thread, const Call& packed) {
  if (SameProcessor::is_asked_by(packed.number, packed.abi)) processor_.let_alone();
  if (!thread.told) return;
  const Call call = unpacked(thread.tid, packed);
  const ajar_call_plan* plan = plans_.plan_of(call);
  if (plan == nullptr || !end_matters(thread, call, *plan)) return;
  thread.plan = plan;
  thread.call = call;
}

// Tells what is closed, on the way.
bool Tracer::end_matters(TracedThread& thread, const Call& call, const ajar_call_plan& plan) {
  if ((plan.what & AJAR_PLAN_CLOSES_RANGE) != 0) {
    if (static_cast<std::uint32_t>(call.arguments[2]) != 0) return true;
    writer_.begins(whose(thread), call);
    return false;
  }
  if ((plan.what & AJAR_PLAN_CLOSES) != 0) {
    const auto number = static_cast<std::int32_t>(call.arguments[plan.closes]);
    if (number < 0) return false;
    if (!is_open(thread.tid, static_cast<std::uint64_t>(number))) return true;
    writer_.begins(whose(thread), call);
    return false;
  }
  constexpr std::uint64_t kExecutes = 4;  // PROT_EXEC
  if ((plan.what & AJAR_PLAN_MAPS_CODE) != 0) return (call.arguments[2] & kExecutes) != 0;
  if (plan.payload == AJAR_CALL_CONTROL)
    return has_control(thread.tid, call.arguments[plan.argument], call.abi);
  if (plan.payload == AJAR_CALL_EVENTS) return threads_.process_of(thread).reads_events;
  return (plan.what & AJAR_PLAN_UNMAPS) == 0;
}

// Of a call that nothing else is to be told of: where it used what is not open, says so.
void Tracer::leave_other(TracedThread& thread) {
  if (!thread.told) return;
  const auto stop = call_of(thread.tid);
  if (!stop || stop->begins || stop->result != -calls::kErrorBadNumber) return;
  const auto registers = registers_of(thread.tid);
  if (!registers) return;
  static_cast<void>(tell_bad_use(thread, unpacked(thread.tid, call_in(*registers, stop->call.abi))));
}

// False where all that it was to use is open.
bool Tracer::tell_bad_use(const TracedThread& thread, const Call& call) {
  const calls::Use* use = calls::use_of(static_cast<std::int64_t>(call.number), call.abi == AJAR_ABI_32);
  if (use == nullptr) return false;
  const unsigned uses = calls::descriptors_of(*use, call.arguments[1]);
  for (unsigned i = 0; i < std::size(call.arguments); ++i) {
    const auto number = static_cast<std::int32_t>(call.arguments[i]);
    const bool is_used = (uses >> i & 1U) != 0 && number >= 0;
    if (!is_used || is_open(thread.tid, static_cast<std::uint64_t>(number))) continue;
    writer_.used(whose(thread), call, static_cast<std::uint64_t>(number));
    return true;
  }
  return false;
}

void Tracer::leave(TracedThread& thread) {
  const ajar_call_plan& plan = *std::exchange(thread.plan, nullptr);
  const auto registers = registers_of(thread.tid);
  if (!registers) return;
  const std::int64_t result = result_of(*registers, thread.call.abi);
  if (is_interrupted(result)) return;
  // All uses, or none.
  const bool tells_uses = threads_.process_of(thread).stops_at_all;
  if (tells_uses && result == -calls::kErrorBadNumber && tell_bad_use(thread, thread.call)) return;
  if ((plan.what & AJAR_PLAN_SUCCESS_ONLY) != 0 && calls::has_failed(result)) return;
  const bool is_event = plan.payload == AJAR_CALL_EVENTS;
  if (is_event && (result < AJAR_CALL_LEAST_EVENT ||
                   !is_fanotify_group(thread.tid, static_cast<std::uint32_t>(thread.call.arguments[0]))))
    return;
  if (!calls::has_failed(result)) note_effects(thread);
  const auto payload = writer_.made(whose(thread), thread.call, plan, *registers);
  // A file of /proc with that name has in it where the process may run.
  if (!payload || payload->ends_with("status")) processor_.let_alone();
}

// On what is known here of the thread and its process.
void Tracer::note_effects(TracedThread& thread) {
  const calls::CallRow* row = row_of(thread.call);
  if (row == nullptr) return;
  const bool parts =
      row->effect == calls::Effect::PARTS_TABLE && (thread.call.arguments[0] & calls::kCloneFiles) != 0;
  const bool parts_range =
      row->effect == calls::Effect::CLOSES_RANGE && (thread.call.arguments[2] & calls::kRangeUnshare) != 0;
  if (parts || parts_range) threads_.part_table(thread);
  if (row->number != SYS_fanotify_init) return;
  TracedProcess& process = threads_.process_of(thread);
  process.reads_events = process.stops_at_all = true;
}

// It is within the call; what it makes stands still, or will before it does anything.
void Tracer::on_made(TracedThread& maker) {
  const auto made_tid = static_cast<int>(event_message(maker.tid));
  const auto registers = registers_of(maker.tid);
  if (!registers || !maker.told || made_tid == 0) return resume(maker);
  const Call call = call_in(*registers, abi_of(maker.tid));
  const std::uint64_t flags = clone_flags(maker.tid, call);
  const int pid = (flags & CLONE_THREAD) != 0 ? maker.pid : made_tid;
  TracedThread& made = threads_.meet(made_tid);
  processor_.made(maker.tid, made_tid);
  made.foreign = pid != maker.pid && !children_;
  if (!made.foreign && !made.told) {
    const TracedProcess same = threads_.process_of(maker);
    threads_.place(made, pid, (flags & CLONE_FILES) != 0 ? maker.table : 0);
    if (pid != maker.pid) {
      TracedProcess& process = threads_.process_of(made);
      process.stops_at_all = same.stops_at_all;
      process.reads_events = same.reads_events;
      process.stack_end = same.stack_end;
    }
    writer_.forked(whose(maker), pid, made_tid, made.table);
  }
  if (std::exchange(made.waits, false)) made.foreign ? on_new_stop(made, SIGTRAP) : resume(made);
  // A handle of it is told of when the call is done.
  if ((flags & CLONE_PIDFD) != 0 && maker.plan == nullptr) {
    maker.plan = plans_.plan_of(call);
    maker.call = call;
  }
  resume(maker);
}

void Tracer::on_exec(int pid) {
  const auto former = static_cast<int>(event_message(pid));
  processor_.became(former, pid);
  TracedThread& thread = threads_.become_only(former, pid);
  threads_.part_table(thread);
  TracedProcess& process = threads_.process_of(thread);
  process.stops_at_all = stops_ == Stops::at_all;
  process.reads_events = false;
  const auto registers = registers_of(pid);
  process.stack_end = registers ? registers->sp : 0;
  if (registers) writer_.execed(whose(thread), *registers);
  resume(thread);
}

// Those whose maker was killed before it could tell of them. Their deeds are nobody's.
void Tracer::let_orphans_go() {
  for (const int tid : threads_.waiting()) {
    const auto info = platform::ProcFs().process(tid);
    const int maker = info ? static_cast<int>(info->parent_pid) : 0;
    if (threads_.has_process(maker) || !is_first_thread(tid)) continue;
    TracedThread& orphan = threads_.meet(tid);
    orphan.waits = false;
    processor_.made_by_the_dead(tid);
    threads_.place(orphan, tid, 0);
    resume(orphan);
  }
}

void Tracer::on_end(TracedThread& thread) {
  tell_end(thread, static_cast<std::int64_t>(event_message(thread.tid)), true);
  ask(PTRACE_CONT, thread.tid);
}

void Tracer::tell_end(TracedThread& thread, std::int64_t status, bool has_table) {
  if (!thread.told || thread.ended) return;
  const Whose who = whose(thread);
  const std::uint64_t ends = threads_.end(thread);
  writer_.ended(who, status, ends, has_table);
}

}  // namespace ajar::capture::ptrace
