/* wrong_stacks OBJECT PROGRAM ARGUMENT...: runs the program while the object's programs tell of its opens and
 * closes, and takes away what they tell, as ajar does. Its output goes where ours does. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/wait.h>
#include <unistd.h>

static int ignore(void* context, void* data, size_t size) {
  (void)context;
  (void)data;
  (void)size;
  return 0;
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  struct bpf_object* object = bpf_object__open(argv[1]);
  if (object == NULL || bpf_object__load(object) != 0) return 1;
  int go[2];
  if (pipe(go) != 0) return 1;
  const pid_t pid = fork();
  if (pid == 0) {
    char byte;
    close(go[1]);
    if (read(go[0], &byte, 1) == 1) execv(argv[2], argv + 2);
    _exit(127);
  }
  const unsigned zero = 0, watched = (unsigned)pid;
  bpf_map_update_elem(bpf_object__find_map_fd_by_name(object, "process"), &zero, &watched, BPF_ANY);
  struct bpf_program* program = NULL;
  bpf_object__for_each_program(program, object) {
    if (bpf_program__attach(program) == NULL) return 1;
  }
  struct ring_buffer* ring =
      ring_buffer__new(bpf_object__find_map_fd_by_name(object, "records"), ignore, NULL, NULL);
  if (ring == NULL || write(go[1], "x", 1) != 1) return 1;
  int status = 0;
  while (waitpid(pid, &status, WNOHANG) == 0) {
    ring_buffer__consume(ring);
    usleep(8000);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
