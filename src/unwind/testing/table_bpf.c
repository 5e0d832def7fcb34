// A BPF program that looks a rule up, as ajar's will: what the kernel's verifier says to table.h's lookup.
// Its tests run it with an argument of this form.
#include "unwind/testing/table_bpf.h"

// How a program has maps: Documentation/bpf/libbpf in Linux' sources; uapi/linux/bpf.h for the rest.
struct {
  int (*type)[2];  // BPF_MAP_TYPE_ARRAY
  int (*max_entries)[TABLE_BPF_CHUNKS];
  __UINT32_TYPE__* key;
  struct ajar_unwind_chunk* value;
} chunks __attribute__((section(".maps"), used));

struct {
  int (*type)[2];
  int (*max_entries)[1];
  __UINT32_TYPE__* key;
  struct ajar_unwind_rules* value;
} rules __attribute__((section(".maps"), used));

static void* (*const map_lookup)(void* map, const void* key) = (void*)1;  // BPF_FUNC_map_lookup_elem

__attribute__((section("syscall"), used)) int look_up(struct table_bpf_question* question) {
  const __UINT32_TYPE__ zero = 0;
  const __UINT32_TYPE__ number = question->chunk;
  const struct ajar_unwind_chunk* chunk = map_lookup(&chunks, &number);
  const struct ajar_unwind_rules* all = map_lookup(&rules, &zero);
  if (!chunk || !all) return 1;
  const struct ajar_rule rule = ajar_unwind_chunk_rule(chunk, all, question->offset);
  question->rule = rule;
  return 0;
}
