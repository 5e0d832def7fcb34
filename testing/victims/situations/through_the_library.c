// Functions of the C library that open by its inner ways, and never by the public open().
#include <dirent.h>
#include <pty.h>

#include "situation.h"

KEPT_WHOLE static void fopen_kept(void) {
  FILE* closed = fopen("/etc/group", "re");
  MUST(closed != NULL && fclose(closed) == 0);
  MUST(fopen("/etc/passwd", "r") != NULL);
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void opendir_kept(void) {
  DIR* closed = opendir("/etc");
  MUST(closed != NULL && closedir(closed) == 0);
  MUST(opendir("/") != NULL);
  OPENED_HERE("file|directory", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void mkstemp_kept(void) {
  char path[] = "situation-XXXXXX";
  MUST(mkstemp(path) >= 0);
  unlink(path);
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void popen_kept(void) {
  FILE* closed = popen("true", "r");
  MUST(closed != NULL && pclose(closed) == 0);
  FILE* kept = popen("true", "r");
  MUST(kept != NULL && fgetc(kept) == EOF);
  OPENED_HERE("pipe", 1);
  truth_print(3, 0, 0);
}

// The old file is closed, and the new one has its number.
KEPT_WHOLE static void freopen_kept(void) {
  FILE* file = fopen("/etc/passwd", "r");
  MUST(freopen("/etc/group", "r", file) != NULL);
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void openpty_kept(void) {
  int terminal = -1;
  int other = -1;
  MUST(openpty(&terminal, &other, NULL, NULL, NULL) == 0);
  close(other);
  OPENED_HERE("pty", 1);
  truth_print(3, 0, 0);
}

static const struct situation situations[] = {
    SITUATION(fopen_kept), SITUATION(opendir_kept), SITUATION(mkstemp_kept),
    SITUATION(popen_kept), SITUATION(freopen_kept), SITUATION(openpty_kept),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
