/* Records, and how they get to ajar. */
#ifndef AJAR_BPF_RECORD_H
#define AJAR_BPF_RECORD_H

#include "bpf/maps.h"

static __always_inline struct work* own_work(void) {
  const ajar_u32 processor = bpf_get_smp_processor_id();
  return bpf_map_lookup_elem(&works, &processor);
}

static __always_inline bool count_lost_of(ajar_u32 pid) {
  ajar_u64* count = bpf_map_lookup_elem(&lost_of, &pid);
  if (count) __sync_fetch_and_add(count, 1);
  return count != 0;
}

/* First of the process, so that whoever knows the sum finds whose they were. */
static __always_inline void count_lost(void) {
  const ajar_u32 pid = (ajar_u32)(bpf_get_current_pid_tgid() >> 32U);
  const ajar_u64 one = 1;
  const ajar_u32 zero = 0;
  if (!count_lost_of(pid) && bpf_map_update_elem(&lost_of, &pid, &one, BPF_NOEXIST) != 0)
    count_lost_of(pid); /* another of its threads was first */
  ajar_u64* count = bpf_map_lookup_elem(&lost, &zero);
  if (count) ++*count;
}

/* Where it says whether the process is watched. */
static __always_inline ajar_u8* watch_byte(ajar_u32 pid) {
  const ajar_u32 page = pid / AJAR_PIDS_OF_PAGE;
  struct ajar_pids* of_page = bpf_map_lookup_elem(&pids, &page);
  return of_page ? &of_page->watched[pid % AJAR_PIDS_OF_PAGE] : 0;
}

/* What all processes of the machine pay for. */
static __always_inline bool is_watched(ajar_u32 pid) {
  const ajar_u8* byte = watch_byte(pid);
  return byte && *byte != 0;
}

static __always_inline struct ajar_watched* watched_process(ajar_u32 pid) {
  return is_watched(pid) ? bpf_map_lookup_elem(&watched, &pid) : 0;
}

/* Its members, and those of what it points to, may be read as they are: a bad address reads as 0. */
static __always_inline struct task_struct* current(void) {
  return (struct task_struct*)bpf_get_current_task_btf();
}

static __always_inline void begin_record(struct work* w, ajar_u16 kind) {
  const ajar_u64 both = bpf_get_current_pid_tgid();
  __builtin_memset(&w->call, 0, sizeof(w->call));
  w->call.kind = kind;
  w->call.pid = (ajar_u32)(both >> 32U);
  w->call.tid = (ajar_u32)both;
  w->call.table = (ajar_u64)current()->files;
}

/* Bytes of the frames: what they are followed by begins there. */
static __always_inline ajar_u64 frame_bytes(const struct work* w) {
  const ajar_u64 frames = w->call.frames < AJAR_CALL_FRAMES ? w->call.frames : AJAR_CALL_FRAMES;
  const ajar_u64 python = w->call.python < AJAR_CALL_FRAMES ? w->call.python : AJAR_CALL_FRAMES;
  ajar_u64 bytes = 8 * frames + 16 * python;
  __asm__("" : "+r"(bytes)); /* its bound is to be seen by verifiers where it is used */
  return bytes <= sizeof(w->frames) ? bytes : 0;
}

enum {
  MOST_BYTES = sizeof(struct ajar_call) + 24 * AJAR_CALL_FRAMES + AJAR_CALL_PAYLOAD +
               sizeof(struct ajar_call_registers) + AJAR_CALL_STACK
};

/* False where it was lost. */
static __always_inline bool send(struct work* w) {
  ajar_u64 size = sizeof(w->call) + frame_bytes(w) + ((w->call.payload_length + 7U) & ~7U);
  if (w->call.stack_length != 0) size += sizeof(struct ajar_call_registers) + w->call.stack_length;
  w->call.time = bpf_ktime_get_ns();
  __asm__("" : "+r"(size));
  if (size > MOST_BYTES) return false;
  w->call.size = (ajar_u32)size;
  if (bpf_ringbuf_output(&records, w, size, BPF_RB_NO_WAKEUP) == 0) return true;
  count_lost();
  return false;
}

#endif
