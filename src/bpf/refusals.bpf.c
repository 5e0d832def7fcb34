/* A program of its own, for whoever waits for processes that run out of descriptors: at the end of each call
 * on the machine it looks at the result, and at nothing else unless that says so. */
#include "bpf/kernel.h"

char license_of_this[] SEC("license") = "GPL";

enum { FILES_OF_ALL_USED_UP = -23, FILES_OF_PROCESS_USED_UP = -24 }; /* -ENFILE, -EMFILE */

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 1024);
  __type(key, ajar_u32);   /* the process, as the initial pid namespace has it */
  __type(value, ajar_u64); /* how often it was refused one */
} refused SEC(".maps");

SEC("raw_tp/sys_exit")
int on_end_of_call(struct bpf_raw_tracepoint_args* call) {
  const long result = (long)call->args[1];
  if (result != FILES_OF_PROCESS_USED_UP && result != FILES_OF_ALL_USED_UP) return 0;
  const ajar_u32 pid = (ajar_u32)(bpf_get_current_pid_tgid() >> 32U);
  ajar_u64* count = bpf_map_lookup_elem(&refused, &pid);
  if (count) {
    __sync_fetch_and_add(count, 1);
    return 0;
  }
  const ajar_u64 first = 1;
  bpf_map_update_elem(&refused, &pid, &first, BPF_ANY);
  return 0;
}
