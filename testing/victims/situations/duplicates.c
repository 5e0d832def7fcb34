// Duplicates: one more number for the same open file, which belongs to the code that asked for it.
#include "situation.h"

enum { query = 1027 };  // F_DUPFD_QUERY of <linux/fcntl.h>

KEPT_WHOLE static void dup2_over(void) {
  const int kept = some_file();
  const int replaced = some_file();
  MUST(dup2(kept, replaced) == replaced);
  OPENED_BY_SOME_FILE(1);
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void dup3_over(void) {
  const int kept = some_file();
  const int replaced = some_file();
  MUST(dup3(kept, replaced, O_CLOEXEC) == replaced);
  OPENED_BY_SOME_FILE(1);
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void dup2_same(void) {
  const int kept = some_file();
  MUST(dup2(kept, kept) == kept);
  OPENED_BY_SOME_FILE(1);
  truth_print(3, 0, 0);
}

// Standard output goes to a file for a while, and is put back.
KEPT_WHOLE static void dup2_stdout(void) {
  const int saved = dup(STDOUT_FILENO);
  const int file = some_file();
  dup2(file, STDOUT_FILENO);
  close(file);
  MUST(dup2(saved, STDOUT_FILENO) == STDOUT_FILENO);
  close(saved);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void fcntl_dupfd(void) {
  const int kept = some_file();
  MUST(fcntl(kept, F_DUPFD, 100) == 100);
  MUST(fcntl(kept, F_DUPFD_CLOEXEC, 200) == 200);
  close(kept);
  OPENED_HERE("file", 2);
  truth_print(3, 0, 0);
}

// Asks whether two numbers are of one file. The answer 1 is no descriptor; older kernels say EINVAL.
KEPT_WHOLE static void fcntl_dupfd_query(void) {
  const int kept = some_file();
  if (fcntl(kept, query, kept) != 1) unavailable("the kernel has no F_DUPFD_QUERY");
  OPENED_BY_SOME_FILE(1);
  truth_print(3, 0, 0);
}

// Opening /proc/self/fd/N opens the file anew.
KEPT_WHOLE static void proc_fd_reopened(void) {
  char path[64];
  const int first = some_file();
  snprintf(path, sizeof(path), "/proc/self/fd/%d", first);
  MUST(open(path, O_RDONLY) >= 0);
  close(first);
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

static const struct situation situations[] = {
    SITUATION(dup2_over),   SITUATION(dup3_over),         SITUATION(dup2_same),        SITUATION(dup2_stdout),
    SITUATION(fcntl_dupfd), SITUATION(fcntl_dupfd_query), SITUATION(proc_fd_reopened),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
