// Closing many numbers at once, whether they are open or not.
#include <linux/close_range.h>

#include "situation.h"

enum { files = 5 };

static void open_files(void) {
  for (int i = 0; i < files; ++i) MUST(some_file() == 3 + i);
}

static void close_range_all(void) {
  open_files();
  MUST(close_range(3, ~0U, 0) == 0);
  truth_print(3, 0, 0);
}

static void closefrom_all(void) {
  open_files();
  closefrom(3);
  truth_print(3, 0, 0);
}

// Numbers in the range that are closed already are no error of anybody's.
static void close_range_holes(void) {
  open_files();
  close(4);
  close(6);
  MUST(close_range(3, 50, 0) == 0);
  truth_print(3, 0, 0);
}

static void close_range_partial(void) {
  open_files();
  MUST(close_range(4, 6, 0) == 0);
  OPENED_BY_SOME_FILE(2);
  truth_print(3, 0, 0);
}

// Closes nothing until an exec.
static void close_range_cloexec(void) {
  open_files();
  MUST(close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0);
  OPENED_BY_SOME_FILE(files);
  truth_print(3, 0, 0);
}

// As old daemons do: one close after the other, most of which fail.
static void close_loop(void) {
  open_files();
  for (int fd = 3; fd < 256; ++fd) close(fd);
  truth_print(3, 0, -1);
}

static const struct situation situations[] = {
    SITUATION(close_range_all),     SITUATION(closefrom_all),       SITUATION(close_range_holes),
    SITUATION(close_range_partial), SITUATION(close_range_cloexec), SITUATION(close_loop),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
