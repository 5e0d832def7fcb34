// Every way to duplicate. A duplicate belongs to the code that made it, whoever opened what it was made from.
#include <fcntl.h>

#include "truth.h"

static const char* const self = "dup_family";

KEPT_WHOLE static int open_one(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int dup_plain(int fd) {
  const int copy = dup(fd);
  return copy < 0 ? -1 : copy;
}

// What was open at that number is closed by it.
KEPT_WHOLE static int dup2_over(int fd, int onto) {
  const int copy = dup2(fd, onto);
  return copy < 0 ? -1 : copy;
}

KEPT_WHOLE static int dup3_to_free_number(int fd) {
  const int copy = dup3(fd, 50, O_CLOEXEC);
  return copy < 0 ? -1 : copy;
}

KEPT_WHOLE static int dup_by_fcntl(int fd) {
  const int copy = fcntl(fd, F_DUPFD, 100);
  const int second = fcntl(fd, F_DUPFD_CLOEXEC, 200);
  return copy < 0 || second < 0 ? -1 : copy;
}

KEPT_WHOLE static void print_into_file_for_a_while(void) {
  fflush(stdout);
  const int saved = dup(STDOUT_FILENO);
  const int file = open("printed.txt", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  dup2(file, STDOUT_FILENO);
  close(file);
  printf("this goes to the file\n");
  fflush(stdout);
  dup2(saved, STDOUT_FILENO);
  close(saved);
}

int main(void) {
  const int kept = open_one();
  const int replaced = open_one();
  dup_plain(kept);
  dup2_over(kept, replaced);
  const int same = dup2(kept, kept);
  dup3_to_free_number(kept);
  dup_by_fcntl(kept);
  print_into_file_for_a_while();
  printf("dup2 onto itself gave %s\n", same == kept ? "the same number" : "another number");
  truth_group("file", 1, "open_one", self, "");
  truth_group("file", 1, "dup_plain", self, "");
  truth_group("file", 1, "dup2_over", self, "");
  truth_group("file", 1, "dup3_to_free_number", self, "");
  truth_group("file", 2, "dup_by_fcntl", self, "");
  truth_group_or("inherited", "", 1, "print_into_file_for_a_while", self);  // stdout, put back
  truth_print(2, 0, 0);
  return 0;
}
