/* The program that runs in the kernel: at each call of a process that is watched it tells what becomes of the
 * descriptor table, with the stack. What the calls mean, ajar knows: here is only what can't be had later. */
#include "bpf/files.h"
#include "bpf/maps.h"
#include "bpf/payload.h"
#include "bpf/python.h"
#include "bpf/rings.h"
#include "bpf/stack.h"
#include "wire/socket_calls.h"

char license_of_this[] SEC("license") = "GPL";

/* The call that a thread is in. */
struct in_call {
  const struct ajar_call_plan* plan;
  struct ajar_watched* process;
  const struct pt_regs* registers;
  struct work* work;
  ajar_u32 number;
  ajar_u8 abi;
  bool unpacked;                             /* its arguments were in memory */
  ajar_u32 arguments[AJAR_SOCKET_CALL_MOST]; /* … these */
};

/* One of the first three. */
static __always_inline ajar_u64 argument_of(const struct in_call* in, ajar_u8 number) {
  const struct pt_regs* r = in->registers;
  const bool compat = in->abi == AJAR_ABI_32;
  if (in->unpacked) return number == 0 ? in->arguments[0] : number == 1 ? in->arguments[1] : in->arguments[2];
  if (number == 2) return compat ? (ajar_u32)r->dx : r->dx;
  if (compat) return (ajar_u32)(number == 0 ? r->bx : r->cx);
  return number == 0 ? r->di : r->si;
}

/* Makes a socketcall that is done the call that it stands for. */
static __always_inline bool unpack(struct in_call* in) {
  const struct ajar_socket_call call = ajar_socket_call_of((ajar_u32)in->registers->bx);
  ajar_u32 bytes = call.arguments * sizeof(ajar_u32);
  __asm__("" : "+r"(bytes));
  if (call.number == 0 || bytes > sizeof(in->arguments)) return false;
  in->number = call.number;
  in->unpacked = true;
  return bpf_probe_read_user(in->arguments, bytes, (const void*)(ajar_u64)(ajar_u32)in->registers->cx) == 0;
}

static __always_inline const struct pt_regs* own_registers(void) {
  return (const struct pt_regs*)bpf_task_pt_regs(current());
}

static __always_inline ajar_u32 own_pid(void) {
  return (ajar_u32)(bpf_get_current_pid_tgid() >> 32U);
}

/* False for most calls of processes that are watched. `only`: plans of which one of these bits is wanted; 0:
 * all. `bad`: whether it has come to EBADF. */
static __always_inline bool concerns_us(struct in_call* in, const struct pt_regs* registers, ajar_u64 number,
                                        ajar_u8 only, bool bad) {
  const bool compat = current()->thread_info.status & TASK_IS_COMPAT;
  if (number >= AJAR_CALL_NUMBERS) return false;
  in->registers = registers;
  in->number = (ajar_u32)number;
  in->abi = compat ? AJAR_ABI_32 : AJAR_ABI_64;
  if (compat && number == AJAR_SOCKET_CALL && (only != 0 || !unpack(in))) return false; /* none closes */
  const ajar_u32 row = in->number + (compat ? AJAR_CALL_NUMBERS : 0);
  in->plan = bpf_map_lookup_elem(&plans, &row);
  if (!in->plan || (only != 0 && (in->plan->what & only) == 0)) return false;
  if (in->plan->what == 0 && !(bad && in->plan->uses != 0)) return false;
  const ajar_u32 pid = own_pid();
  in->process = bpf_map_lookup_elem(&watched, &pid);
  if (!in->process) return false;
  if ((in->plan->what & AJAR_PLAN_BY_ARGUMENT) != 0) {
    const struct ajar_plan_key key = {row, (ajar_u32)argument_of(in, in->plan->closes)};
    in->plan = bpf_map_lookup_elem(&plans_by_argument, &key);
    if (!in->plan) return false;
  }
  in->work = own_work();
  return in->work != 0;
}

static __always_inline void describe(const struct in_call* in, ajar_u16 kind, ajar_s64 result) {
  struct work* w = in->work;
  const struct pt_regs* r = in->registers;
  begin_record(w, kind);
  w->call.number = in->number;
  w->call.abi = in->abi;
  w->call.result = result;
  if (in->unpacked) {
    for (int i = 0; i < AJAR_SOCKET_CALL_MOST; ++i) w->call.arguments[i] = in->arguments[i];
  } else if (in->abi == AJAR_ABI_32) {
    w->call.arguments[0] = (ajar_u32)r->bx;
    w->call.arguments[1] = (ajar_u32)r->cx;
    w->call.arguments[2] = (ajar_u32)r->dx;
    w->call.arguments[3] = (ajar_u32)r->si;
    w->call.arguments[4] = (ajar_u32)r->di;
    w->call.arguments[5] = (ajar_u32)r->bp;
  } else {
    w->call.arguments[0] = r->di;
    w->call.arguments[1] = r->si;
    w->call.arguments[2] = r->dx;
    w->call.arguments[3] = r->r10;
    w->call.arguments[4] = r->r8;
    w->call.arguments[5] = r->r9;
  }
}

static __always_inline void take_stack(const struct in_call* in) {
  if ((in->plan->what & AJAR_PLAN_NO_STACK) == 0) walk_all(in->work, in->registers, in->process);
}

SEC("raw_tp/sys_enter")
int on_enter(struct bpf_raw_tracepoint_args* ctx) {
  if (!is_watched(own_pid())) return 0;
  struct in_call in = {};
  if (!concerns_us(&in, own_registers(), ctx->args[1], AJAR_PLAN_CLOSES | AJAR_PLAN_CLOSES_RANGE, false))
    return 0;
  const ajar_u8 what = in.plan->what;
  if ((what & AJAR_PLAN_CLOSES_RANGE) != 0) {
    if ((ajar_u32)argument_of(&in, 2) != 0) return 0;
  } else {
    if (!is_open(current(), (ajar_u32)argument_of(&in, in.plan->closes))) {
      if ((what & AJAR_PLAN_TELL) != 0) return 0;
      const ajar_u32 thread = (ajar_u32)bpf_get_current_pid_tgid();
      const ajar_u8 one = 1;
      bpf_map_update_elem(&doubtful, &thread, &one, BPF_ANY);
      return 0;
    }
  }
  describe(&in, AJAR_CALL_BEGINS, 0);
  take_stack(&in);
  send_with_stack(in.work, in.process, in.registers);
  return 0;
}

/* `changes`: what ajar_call::changes is to say. */
static __always_inline bool is_to_be_told(const struct in_call* in, ajar_s64 result, ajar_u32* changes) {
  const ajar_u8 what = in->plan->what;
  if ((what & AJAR_PLAN_SUCCESS_ONLY) != 0 && result < 0 && result >= -4095) return false;
  if ((what & AJAR_PLAN_MAPS_CODE) != 0) {
    enum { EXECUTE = 4 };
    if ((argument_of(in, 2) & EXECUTE) == 0) return false;
    *changes = __sync_fetch_and_add(&in->process->changes, 1) + 1;
    return true;
  }
  if ((what & AJAR_PLAN_UNMAPS) != 0) {
    const ajar_u64 begin = argument_of(in, 0);
    const enum had_code had = had_code(in->process, begin, begin + argument_of(in, 1));
    if (had == HAD_CODE)
      *changes = in->process->unmapped = __sync_fetch_and_add(&in->process->changes, 1) + 1;
    return had != HAD_NONE;
  }
  if ((what & AJAR_PLAN_CLOSES) != 0 && (what & AJAR_PLAN_TELL) == 0) {
    const ajar_u32 thread = (ajar_u32)bpf_get_current_pid_tgid();
    return bpf_map_delete_elem(&doubtful, &thread) == 0;
  }
  if (in->plan->payload == AJAR_CALL_EVENTS)
    return result >= AJAR_CALL_LEAST_EVENT && is_fanotify((ajar_u32)argument_of(in, 0));
  if (in->plan->payload == AJAR_CALL_CONTROL)
    return has_control(argument_of(in, in->plan->argument), in->abi);
  return (what & AJAR_PLAN_TELL) != 0;
}

enum { BAD_NUMBER = -9 }; /* -EBADF: not open, or not open for this */

/* Whether a number is not open that the call, described already, was to use; it is told in `other`. Nobody
 * means to use a negative one. */
static __always_inline bool has_used_closed(struct in_call* in) {
  struct ajar_call* call = &in->work->call;
  ajar_u8 uses = in->plan->uses;
  if (in->plan->uses_by != 0) {
    const struct ajar_plan_key key = {in->number + (in->abi == AJAR_ABI_32 ? AJAR_CALL_NUMBERS : 0),
                                      (ajar_u32)argument_of(in, in->plan->uses_by - 1)};
    const struct ajar_call_plan* other = bpf_map_lookup_elem(&plans_by_argument, &key);
    if (other) uses = other->uses;
  }
  for (int i = 0; i < 6; ++i) {
    if ((uses >> i & 1U) == 0) continue;
    const ajar_u32 number = (ajar_u32)call->arguments[i];
    if ((ajar_s32)number < 0 || is_open(current(), number)) continue;
    call->kind = AJAR_CALL_USED;
    call->other = number;
    return true;
  }
  return false;
}

SEC("raw_tp/sys_exit")
int on_exit(struct bpf_raw_tracepoint_args* ctx) {
  if (!is_watched(own_pid())) return 0;
  struct in_call in = {};
  const struct pt_regs* registers = own_registers();
  const ajar_s64 result = (ajar_s64)ctx->args[1];
  if (!concerns_us(&in, registers, registers->orig_ax, 0, result == BAD_NUMBER)) return 0;
  if (result == BAD_NUMBER && in.plan->uses != 0) {
    describe(&in, AJAR_CALL_MADE, result);
    if (has_used_closed(&in)) {
      walk_all(in.work, in.registers, in.process);
      send_with_stack(in.work, in.process, in.registers);
      return 0;
    }
  }
  ajar_u32 changes = 0;
  if (!is_to_be_told(&in, result, &changes)) return 0;
  describe(&in, AJAR_CALL_MADE, result);
  in.work->call.changes = changes;
  take_stack(&in);
  if (in.plan->payload == AJAR_CALL_FILE_PATH) {
    read_mapped_file(in.work);
  } else {
    read_payload(in.work, in.plan);
  }
  send_with_stack(in.work, in.process, in.registers);
  return 0;
}

SEC("raw_tp/sched_process_fork")
int on_fork(struct bpf_raw_tracepoint_args* ctx) {
  struct task_struct* parent = (struct task_struct*)ctx->args[0];
  struct task_struct* child = (struct task_struct*)ctx->args[1];
  const ajar_u32 pid = (ajar_u32)BPF_CORE_READ(parent, tgid);
  const ajar_u32 made = (ajar_u32)BPF_CORE_READ(child, tgid);
  const struct ajar_watched* process = watched_process(pid);
  struct work* w = own_work();
  if (!process || !w) return 0;
  if (made != pid) {
    if ((process->flags & AJAR_WATCH_CHILDREN) == 0) return 0;
    struct ajar_watched same = *process;
    same.life = bpf_ktime_get_ns();
    ajar_u8* byte = watch_byte(made);
    if (byte && bpf_map_update_elem(&watched, &made, &same, BPF_ANY) == 0) *byte = 1;
  }
  begin_record(w, AJAR_CALL_FORKED);
  w->call.other = made;
  w->call.changes = process->changes;
  w->call.result = BPF_CORE_READ(child, pid);
  w->call.arguments[0] = (ajar_u64)BPF_CORE_READ(child, files);
  if (made != pid) read_open_numbers(w, child);
  send(w);
  return 0;
}

/* Where ajar waits for a program, one that begins it may be that. */
static __always_inline struct ajar_watched* may_be_awaited(ajar_u32 pid) {
  const ajar_u32 zero = 0;
  const struct ajar_awaited* wanted = bpf_map_lookup_elem(&awaited, &zero);
  ajar_u8* byte = watch_byte(pid);
  if (!wanted || wanted->on == 0 || !byte) return 0;
  const struct ajar_watched how = {.flags = wanted->flags, .code = AJAR_NO_CODE};
  if (bpf_map_update_elem(&watched, &pid, &how, BPF_ANY) != 0) return 0;
  *byte = 1;
  return bpf_map_lookup_elem(&watched, &pid);
}

SEC("raw_tp/sched_process_exec")
int on_exec(struct bpf_raw_tracepoint_args* ctx) {
  struct task_struct* task = (struct task_struct*)ctx->args[0];
  const ajar_u32 pid = (ajar_u32)BPF_CORE_READ(task, tgid);
  struct ajar_watched* process = watched_process(pid);
  if (!process) process = may_be_awaited(pid);
  struct work* w = own_work();
  if (!process || !w) return 0;
  process->image = process->life = bpf_ktime_get_ns();
  process->code = AJAR_NO_CODE;
  tell_files();
  begin_record(w, AJAR_CALL_EXECED);
  w->call.other = process->image;
  w->call.changes = process->changes;
  read_program(w, task);
  send(w);
  return 0;
}

SEC("raw_tp/sched_process_exit")
int on_end(struct bpf_raw_tracepoint_args* ctx) {
  struct task_struct* task = (struct task_struct*)ctx->args[0];
  const ajar_u32 pid = (ajar_u32)BPF_CORE_READ(task, tgid);
  const struct ajar_watched* process = watched_process(pid);
  struct work* w = own_work();
  if (!process || !w) return 0;
  const bool ends_table = BPF_CORE_READ(task, files, count.counter) == 1;
  const bool ends_process = BPF_CORE_READ(task, signal, live.counter) == 0;
  if (ends_process) tell_files();
  begin_record(w, AJAR_CALL_ENDED);
  w->call.result = BPF_CORE_READ(task, exit_code);
  w->call.other = (ends_table ? AJAR_ENDS_TABLE : 0) | (ends_process ? AJAR_ENDS_PROCESS : 0);
  if (w->call.other != 0) read_open_numbers(w, task);
  send(w);
  if ((w->call.other & AJAR_ENDS_PROCESS) != 0) {
    ajar_u8* byte = watch_byte(pid);
    bpf_map_delete_elem(&watched, &pid);
    if (byte) *byte = 0;
  }
  return 0;
}

/* Run by ajar, to say where the code of a process is: its number, and that of the code. Without this program
 * it would have to write what the kernel writes meanwhile. */
SEC("raw_tp")
int use_code(struct bpf_raw_tracepoint_args* ctx) {
  const ajar_u32 pid = (ajar_u32)ctx->args[0];
  struct ajar_watched* process = bpf_map_lookup_elem(&watched, &pid);
  if (!process) return 0;
  process->code = (ajar_u32)ctx->args[1];
  return 1;
}
