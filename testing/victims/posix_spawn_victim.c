// Spawned children open, duplicate and close by file actions, in tables of their own.
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include "truth.h"

extern char** environ;

KEPT_WHOLE static int open_one(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

static int spawn_true_without(int fd) {
  char* const arguments[] = {(char*)"true", NULL};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addclose(&actions, fd);
  posix_spawn_file_actions_addopen(&actions, 70, "/etc/group", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, 70, 71);
  pid_t child = 0;
  int status = -1;
  if (posix_spawn(&child, "/bin/true", &actions, NULL, arguments, environ) == 0) waitpid(child, &status, 0);
  posix_spawn_file_actions_destroy(&actions);
  return status;
}

int main(void) {
  int failures = 0;
  for (int i = 0; i < 2; ++i) failures += spawn_true_without(open_one()) != 0;
  printf("%d children failed\n", failures);
  truth_group("file", 2, "open_one", "posix_spawn_victim", "");
  truth_print(3, 0, 0);
  return 0;
}
