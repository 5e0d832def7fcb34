// What the C library reads through for a program: lists of mounts and trees of files keep a descriptor that
// can be known, the list of users keeps one that nobody can ask for, but that is told all the same.
#include <fts.h>
#include <mntent.h>
#include <pwd.h>

#include "truth.h"

static const char* const self = "library_lists";

KEPT_WHOLE static FILE* list_mounts(void) {
  FILE* list = setmntent("/proc/self/mounts", "r");
  if (list == NULL) perror("setmntent");
  return list;
}

KEPT_WHOLE static FTS* walk_tree(int options) {
  static char root[] = "/etc/init.d";
  char* const roots[] = {root, NULL};
  FTS* tree = fts_open(roots, options, NULL);
  if (tree == NULL) perror("fts_open");
  return tree;
}

KEPT_WHOLE static int list_users(void) {
  setpwent();
  return getpwent() != NULL ? 0 : -1;
}

int main(void) {
  endmntent(list_mounts());
  fts_close(walk_tree(FTS_PHYSICAL));
  fts_close(walk_tree(FTS_PHYSICAL | FTS_NOCHDIR));
  list_mounts();
  walk_tree(FTS_PHYSICAL);
  walk_tree(FTS_PHYSICAL | FTS_NOCHDIR);  // keeps none
  const int failed = list_users();
  printf("%d users\n", failed == 0);
  truth_group("file", 1, "list_mounts", self, "");
  truth_group("file|directory", 1, "walk_tree", self, "");
  truth_group("file", 1, "list_users", self, "");
  truth_print(3, 0, 0);
  return 0;
}
