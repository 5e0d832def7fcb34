/* What a call's arguments point to. It is read when the call is done: the kernel has read it by then, so that
 * its pages are there. */
#ifndef AJAR_BPF_PAYLOAD_H
#define AJAR_BPF_PAYLOAD_H

#include "bpf/files.h"
#include "bpf/maps.h"
#include "bpf/stack.h"

/* Where the payload stands in a record: behind the frames. There is room for AJAR_CALL_PAYLOAD bytes. */
static __always_inline ajar_u8* payload_at(struct work* w) {
  return (ajar_u8*)w->frames + frame_bytes(w);
}

static __always_inline ajar_u64 argument(const struct work* w, ajar_u64 number) {
  __asm__("" : "+r"(number));
  return number < 6 ? w->call.arguments[number] : 0;
}

static __always_inline const void* pointer(ajar_u64 address) {
  return (const void*)address;
}

static __always_inline ajar_u32 text_to(ajar_u8* to, ajar_u64 from) {
  const long length = bpf_probe_read_user_str(to, AJAR_CALL_PAYLOAD / 2, pointer(from));
  return length > 0 ? (ajar_u32)length - 1 : 0;
}

/* struct open_how: flags first (linux/openat2.h). */
static __always_inline ajar_u32 open_how_to(ajar_u8* to, const struct work* w) {
  bpf_probe_read_user(to, 8, pointer(argument(w, 2)));
  return 8 + text_to(to + 8, argument(w, 1));
}

static __always_inline ajar_u32 bytes_to(ajar_u8* to, ajar_u64 from, ajar_u32 length) {
  if (length > 128) length = 128;
  return bpf_probe_read_user(to, length, pointer(from)) == 0 ? length : 0;
}

static __always_inline ajar_u32 address_back_to(ajar_u8* to, ajar_u64 from, ajar_u64 length_at) {
  ajar_u32 length = 0;
  if (from == 0 || bpf_probe_read_user(&length, sizeof(length), pointer(length_at)) != 0) return 0;
  return bytes_to(to, from, length);
}

/* Where a message's header has its control part. */
struct control {
  ajar_u64 at, length;
};
static __always_inline bool control_of(ajar_u64 header, ajar_u8 abi, struct control* control) {
  if (abi != AJAR_ABI_32)
    return bpf_probe_read_user(control, sizeof(*control), pointer(header + AJAR_MSGHDR_CONTROL)) == 0;
  ajar_u32 both[2] = {};
  if (bpf_probe_read_user(both, sizeof(both), pointer(header + AJAR_MSGHDR_CONTROL_32)) != 0) return false;
  control->at = both[0];
  control->length = both[1];
  return true;
}

static __always_inline bool has_control(ajar_u64 header, ajar_u8 abi) {
  struct control control = {};
  return control_of(header, abi, &control) && control.length != 0;
}

enum { MOST_CONTROL = 1024 };
static __always_inline ajar_u32 control_to(ajar_u8* to, ajar_u64 header, ajar_u8 abi) {
  struct control control = {};
  if (!control_of(header, abi, &control)) return 0;
  ajar_u64 length = control.length < MOST_CONTROL ? control.length : MOST_CONTROL;
  __asm__("" : "+r"(length));
  if (length > MOST_CONTROL) return 0;
  return bpf_probe_read_user(to, (ajar_u32)length, pointer(control.at)) == 0 ? (ajar_u32)length : 0;
}

/* struct clone_args: 11 words at the most; its second one is pidfd (linux/sched.h). */
enum { CLONE_ARGUMENTS = 88 };
static __always_inline ajar_u32 clone3_to(ajar_u8* to, const struct work* w) {
  ajar_u64 size = argument(w, 1);
  __builtin_memset(to, 0, CLONE_ARGUMENTS + 8);
  if (size > CLONE_ARGUMENTS) size = CLONE_ARGUMENTS;
  if (bpf_probe_read_user(to, (ajar_u32)size, pointer(argument(w, 0))) != 0) return 0;
  ajar_u64 pidfd;
  __builtin_memcpy(&pidfd, to + 8, sizeof(pidfd));
  bpf_probe_read_user(to + CLONE_ARGUMENTS, 4, pointer(pidfd));
  return CLONE_ARGUMENTS + 8;
}

/* Of the first messages. */
enum { MOST_MESSAGES = 8, MOST_CONTROL_OF_ONE = 256 };
static __always_inline ajar_u32 control_of_many_to(ajar_u8* to, ajar_u64 headers, ajar_s64 count,
                                                   ajar_u8 abi) {
  const ajar_u64 each = abi == AJAR_ABI_32 ? AJAR_MMSGHDR_32 : AJAR_MMSGHDR;
  ajar_u32 length = 0;
  for (int i = 0; i < MOST_MESSAGES && i < count; ++i) {
    struct control control = {};
    if (!control_of(headers + (ajar_u64)i * each, abi, &control)) break;
    ajar_u64 size = control.length < MOST_CONTROL_OF_ONE ? control.length : MOST_CONTROL_OF_ONE;
    __asm__("" : "+r"(size), "+r"(length));
    if (size > MOST_CONTROL_OF_ONE || length > MOST_MESSAGES * (MOST_CONTROL_OF_ONE + 8)) break;
    *(ajar_u64*)(to + length) = size;
    length += 8;
    if (bpf_probe_read_user(to + length, (ajar_u32)size, pointer(control.at)) != 0) break;
    length += (ajar_u32)((size + 7) & ~7ULL);
  }
  return length;
}

static __always_inline ajar_u32 events_to(ajar_u8* to, ajar_u64 from, bool parts, ajar_s64 result,
                                          ajar_u8 abi) {
  if (parts) {
    const ajar_u64 list = from;
    from = 0;
    if (bpf_probe_read_user(&from, abi == AJAR_ABI_32 ? 4 : 8, pointer(list)) != 0) return 0;
  }
  ajar_u64 length = (ajar_u64)result < AJAR_CALL_PAYLOAD / 2 ? (ajar_u64)result : AJAR_CALL_PAYLOAD / 2;
  __asm__("" : "+r"(length));
  if (length > AJAR_CALL_PAYLOAD / 2) return 0;
  return bpf_probe_read_user(to, (ajar_u32)length, pointer(from)) == 0 ? (ajar_u32)length : 0;
}

static __always_inline void read_payload(struct work* w, const struct ajar_call_plan* plan) {
  ajar_u8* to = payload_at(w);
  const ajar_u64 first = argument(w, plan->argument);
  const ajar_u64 second = argument(w, plan->argument + 1ULL);
  ajar_u32 length = 0;
  switch (plan->payload) {
    case AJAR_CALL_TEXT:
      length = text_to(to, first);
      break;
    case AJAR_CALL_OPEN_HOW:
      length = open_how_to(to, w);
      break;
    case AJAR_CALL_BYTES:
      length = bytes_to(to, first + plan->offset, plan->length);
      break;
    case AJAR_CALL_ADDRESS:
      length = bytes_to(to, first, (ajar_u32)second);
      break;
    case AJAR_CALL_ADDRESS_BACK:
      length = address_back_to(to, first, second);
      break;
    case AJAR_CALL_CONTROL:
      length = control_to(to, first, w->call.abi);
      break;
    case AJAR_CALL_CONTROL_MANY:
      length = control_of_many_to(to, first, w->call.result, w->call.abi);
      break;
    case AJAR_CALL_EVENTS:
      length = events_to(to, first, plan->offset != 0, w->call.result, w->call.abi);
      break;
    case AJAR_CALL_CLONE3:
      length = clone3_to(to, w);
      break;
    default:
      break;
  }
  w->call.payload = plan->payload;
  w->call.payload_length = length;
}

/* The table's own words; what is above AJAR_CALL_PAYLOAD * 8 is left out. */
static __always_inline void read_open_numbers(struct work* w, struct task_struct* task) {
  struct fdtable* table = BPF_CORE_READ(task, files, fdt);
  ajar_u64 bytes = BPF_CORE_READ(table, max_fds) / 8;
  if (bytes > AJAR_CALL_PAYLOAD) bytes = AJAR_CALL_PAYLOAD;
  __asm__("" : "+r"(bytes));
  if (bytes > AJAR_CALL_PAYLOAD) return;
  ajar_u8* to = payload_at(w);
  if (bpf_probe_read_kernel(to, (ajar_u32)bytes, BPF_CORE_READ(table, open_fds)) != 0) return;
  w->call.payload = AJAR_CALL_NUMBERS_OPEN;
  w->call.payload_length = (ajar_u32)bytes;
}

/* What a task has become. */
static __always_inline void read_program(struct work* w, struct task_struct* task) {
  struct ajar_execed* told = (struct ajar_execed*)w->call.arguments;
  const struct pt_regs* registers = (const struct pt_regs*)bpf_task_pt_regs(bpf_get_current_task_btf());
  read_open_numbers(w, task);
  ajar_u64 length = w->call.payload_length;
  told->numbers_length = length;
  __asm__("" : "+r"(length));
  if (length > AJAR_CALL_PAYLOAD) return;
  const ajar_u64 path_end = path_to(w, length, BPF_CORE_READ(task, mm, exe_file));
  told->path_length = path_end - length;
  length = path_end;
  const ajar_u64 begin = BPF_CORE_READ(task, mm, arg_start);
  ajar_u64 size = BPF_CORE_READ(task, mm, arg_end) - begin;
  if (size > AJAR_CALL_COMMAND) size = AJAR_CALL_COMMAND;
  __asm__("" : "+r"(length), "+r"(size));
  if (length <= AJAR_CALL_PAYLOAD + MOST_COMPONENT && size <= AJAR_CALL_COMMAND &&
      bpf_probe_read_user((ajar_u8*)w->frames + length, (ajar_u32)size, pointer(begin)) == 0) {
    length += size;
    told->command_length = size;
  }
  told->code = BPF_CORE_READ(task, mm, start_code);
  told->entry = BPF_CORE_READ(registers, ip);
  told->vdso = (ajar_u64)BPF_CORE_READ(task, mm, context.vdso);
  w->call.payload_length = (ajar_u32)length;
}

#endif
