// The calls for files, by the names that say how wide an offset is, and those that take a directory.
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>

#include "truth.h"

static const char* const self = "large_files";
static const char path[] = "/etc/passwd";

KEPT_WHOLE static int open_by_path(void) {
  int failures = open64(path, O_RDONLY) < 0;
  failures += openat(AT_FDCWD, path, O_RDONLY) < 0;
  failures += openat64(AT_FDCWD, path, O_RDONLY) < 0;
  failures += fopen64(path, "r") == NULL;
  return failures;
}

KEPT_WHOLE static int create(void) {
  int failures = creat("created", 0600) < 0;
  failures += creat64("created", 0600) < 0;
  failures += unlink("created") != 0;
  return failures;
}

// Opens by `name`, which it changes, and takes the file's name away.
#define MADE(call) ((call) >= 0 && unlink(name) == 0)

KEPT_WHOLE static int make_temporary(void) {
  int made = tmpfile64() != NULL;
  for (int way = 0; way < 6; ++way) {
    char name[] = "XXXXXX.tmp";
    char bare[] = "XXXXXX";
    switch (way) {
      case 0:
        made += mkstemp64(bare) >= 0 && unlink(bare) == 0;
        break;
      case 1:
        made += mkostemp64(bare, O_CLOEXEC) >= 0 && unlink(bare) == 0;
        break;
      case 2:
        made += MADE(mkstemps(name, 4));
        break;
      case 3:
        made += MADE(mkstemps64(name, 4));
        break;
      case 4:
        made += MADE(mkostemps(name, 4, 0));
        break;
      default:
        made += MADE(mkostemps64(name, 4, O_CLOEXEC));
        break;
    }
  }
  return made == 7 ? 0 : 1;
}

KEPT_WHOLE static FTS64* walk_tree(void) {
  static char root[] = "/etc/init.d";
  char* const roots[] = {root, NULL};
  FTS64* tree = fts64_open(roots, FTS_PHYSICAL, NULL);
  if (tree == NULL) perror("fts64_open");
  return tree;
}

KEPT_WHOLE static int duplicate(void) {
  const int fd = fcntl64(0, F_DUPFD, 60);
  return fd == 60 ? 0 : 1;
}

int main(void) {
  int failures = open_by_path() + create() + make_temporary() + duplicate();
  failures += fts64_close(walk_tree()) != 0;
  walk_tree();
  printf("%d calls failed\n", failures);
  truth_group("file", 4, "open_by_path", self, "");
  truth_group("file", 2, "create", self, "");
  truth_group("file", 7, "make_temporary", self, "");
  truth_group("file|directory", 1, "walk_tree", self, "");
  truth_group("", 1, "duplicate", self, "");
  truth_print(3, 0, 0);
  return 0;
}
