// A small runtime: makes machine code that calls open(2), writes a perf map of it as runtimes do, and leaks
// in that code. The code has no unwind data, so its frame is the last of the stack. Some of it is where other
// code was before. `jit keep` leaves the map behind, as runtimes do; otherwise it goes away with the victim.
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "truth.h"

enum { opens = 40, code_size = 4096, slot = 64 };

typedef int opener(const char* path, int flags);

static unsigned char* code;

// push %rbp; mov %rsp,%rbp; movabs $target,%rax; call *%rax; pop %rbp; ret
static opener* make_caller(int at, int (*target)(const char*, int, ...)) {
  static const unsigned char before[] = {0x55, 0x48, 0x89, 0xe5, 0x48, 0xb8};
  static const unsigned char after[] = {0xff, 0xd0, 0x5d, 0xc3};
  unsigned char* const begin = code + (ptrdiff_t)at * slot;
  memcpy(begin, before, sizeof(before));
  memcpy(begin + sizeof(before), &target, sizeof(target));
  memcpy(begin + sizeof(before) + sizeof(target), after, sizeof(after));
  opener* made = NULL;
  memcpy(&made, &begin, sizeof(made));
  return made;
}

static void add_line(FILE* map, int at, int slots, const char* name) {
  fprintf(map, "%" PRIxPTR " %x %s\n", (uintptr_t)(code + (ptrdiff_t)at * slot), (unsigned)(slots * slot),
          name);
}

int main(int count, char** arguments) {
  char path[64];
  snprintf(path, sizeof(path), "/tmp/perf-%d.map", (int)getpid());
  code = mmap(NULL, code_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (code == MAP_FAILED) return 1;
  opener* const plain = make_caller(0, open);
  opener* const script = make_caller(1, open);
  if (mprotect(code, code_size, PROT_READ | PROT_EXEC) != 0) return 1;

  FILE* map = fopen(path, "w");
  if (map == NULL) return 1;
  add_line(map, 0, 8, "what_was_here_before");
  add_line(map, 0, 1, "leak_in_made_code");
  add_line(map, 1, 1, "JS:*leakInScript /srv/app/server.js:12:3");
  fclose(map);

  for (int i = 0; i < opens; ++i) {
    if (plain("/etc/passwd", O_RDONLY) < 0 || script("/etc/group", O_RDONLY) < 0) return 1;
    pace();
  }
  truth_group("file", opens, "leak_in_made_code", "", "leak");
  truth_group("file", opens, "leakInScript", "", "leak");
  truth_print(3, 0, 0);
  if (count < 2 || strcmp(arguments[1], "keep") != 0) unlink(path);
  return 0;
}
