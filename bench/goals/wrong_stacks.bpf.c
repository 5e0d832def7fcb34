/* What a tool that takes stacks by frame pointers does at each open and close of one process: the kernel's
 * own bpf_get_stack(), whose stacks are wrong where code has none. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

char license_of_this[] SEC("license") = "GPL";

enum { FRAMES = 64, CALL_OPEN = 2, CALL_CLOSE = 3, CALL_OPENAT = 257 };

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u32);
} process SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 1 << 25);
} records SEC(".maps");

struct record {
  __u64 time, result, frames[FRAMES];
};

static __always_inline int tell(void* context, __u64 result) {
  struct record* record = bpf_ringbuf_reserve(&records, sizeof(*record), 0);
  if (!record) return 0;
  record->time = bpf_ktime_get_ns();
  record->result = result;
  bpf_get_stack(context, record->frames, sizeof(record->frames), BPF_F_USER_STACK);
  bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
  return 0;
}

static __always_inline int is_watched(void) {
  const __u32 zero = 0;
  const __u32* watched = bpf_map_lookup_elem(&process, &zero);
  return watched && *watched == bpf_get_current_pid_tgid() >> 32;
}

SEC("raw_tp/sys_enter")
int on_enter(struct bpf_raw_tracepoint_args* context) {
  return context->args[1] == CALL_CLOSE && is_watched() ? tell(context, 0) : 0;
}

SEC("raw_tp/sys_exit")
int on_exit(struct bpf_raw_tracepoint_args* context) {
  if (!is_watched()) return 0;
  __u64 number = 0;
  const __u64 registers = context->args[0];
  enum { ORIG_AX = 15 * 8 }; /* struct pt_regs */
  bpf_probe_read_kernel(&number, sizeof(number), (void*)(registers + ORIG_AX));
  return number == CALL_OPEN || number == CALL_OPENAT ? tell(context, context->args[1]) : 0;
}
