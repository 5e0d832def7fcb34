/* empty_tracepoints OBJECT: attaches the programs of the object, says so, and waits for its end. */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char** argv) {
  struct bpf_object* object = argc == 2 ? bpf_object__open(argv[1]) : NULL;
  if (object == NULL || bpf_object__load(object) != 0) return 1;
  struct bpf_program* program = NULL;
  bpf_object__for_each_program(program, object) {
    if (bpf_program__attach(program) == NULL) return 1;
  }
  puts("attached");
  fflush(stdout);
  for (;;) pause();
}
