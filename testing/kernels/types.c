// types STRUCT MEMBER: where a member stands in a struct of the running kernel, by the kernel's own
// description of its types (BTF), and whether the kernel takes what programs in it need. A small program of
// libbpf's: where it runs, others do.
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdio.h>
#include <string.h>

static int print_member(const struct btf* types, const char* structure, const char* member) {
  const int id = btf__find_by_name_kind(types, structure, BTF_KIND_STRUCT);
  if (id < 0) return fprintf(stderr, "the kernel has no struct %s\n", structure), 1;
  const struct btf_type* type = btf__type_by_id(types, (__u32)id);
  for (__u32 i = 0; i < btf_vlen(type); ++i) {
    if (strcmp(btf__name_by_offset(types, btf_members(type)[i].name_off), member) != 0) continue;
    printf("%s.%s is at bit %u\n", structure, member, btf_member_bit_offset(type, i));
    return 0;
  }
  return fprintf(stderr, "struct %s has no member %s\n", structure, member), 1;
}

static void print_support(const char* what, int answer) {
  printf("%s: %s\n", what, answer > 0 ? "yes" : "no");
}

int main(int argc, char** argv) {
  if (argc != 3) return fprintf(stderr, "types STRUCT MEMBER\n"), 2;
  struct btf* types = btf__load_vmlinux_btf();
  if (types == NULL) return perror("the kernel's types"), 1;
  const int status = print_member(types, argv[1], argv[2]);
  btf__free(types);
  print_support("tracepoint programs", libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_TRACEPOINT, NULL));
  print_support("tracing programs", libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_TRACING, NULL));
  print_support("ring buffers", libbpf_probe_bpf_map_type(BPF_MAP_TYPE_RINGBUF, NULL));
  return status;
}
