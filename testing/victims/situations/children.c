// Children start with a copy of their parent's table; what either does from then on is its own.
#include <spawn.h>
#include <sys/wait.h>

#include "situation.h"

extern char** environ;

static void wait_for(pid_t child) {
  int status = -1;
  MUST(child > 0 && waitpid(child, &status, 0) == child && status == 0);
}

// The child does its work, states its truth, and ends.
static void fork_and_wait(void (*work)(int fd), int fd) {
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    work(fd);
    _exit(0);
  }
  wait_for(child);
}

static void state_four_inherited(int fd) {
  (void)fd;
  truth_inherited_from("some_file", 1);
  truth_print(4, 0, 0);
}

static void fork_inherit(void) {
  fork_and_wait(state_four_inherited, some_file());
  OPENED_BY_SOME_FILE(1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void leak_in_child(int fd) {
  (void)fd;
  MUST(open("/etc/group", O_RDONLY) >= 0);
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

static void fork_child_leak(void) {
  fork_and_wait(leak_in_child, -1);
  truth_print(3, 0, 0);
}

static void close_in_child(int fd) {
  MUST(close(fd) == 0);
  truth_print(3, 0, 0);
}

static void fork_child_close(void) {
  fork_and_wait(close_in_child, some_file());
  OPENED_BY_SOME_FILE(1);
  truth_print(3, 0, 0);
}

// A vfork child borrows its parent's memory, but not its table.
static void vfork_child_close(void) {
  const int fd = some_file();
  const pid_t child = vfork();
  if (child == 0) _exit(close(fd) != 0);
  wait_for(child);
  OPENED_BY_SOME_FILE(1);
  truth_print(3, 0, 0);
}

static void vfork_child_dup2(void) {
  const int fd = some_file();
  const pid_t child = vfork();
  if (child == 0) _exit(dup2(fd, 60) != 60);
  wait_for(child);
  OPENED_BY_SOME_FILE(1);
  truth_print(3, 0, 0);
}

// What posix_spawned becomes: 3 closed for it, 70 opened for it.
static void spawned(void) {
  truth_print(4, 0, 0);
}

static void posix_spawned(void) {
  char* const arguments[] = {(char*)"children", (char*)"spawned", NULL};
  posix_spawn_file_actions_t actions;
  const int fd = some_file();
  pid_t child = -1;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addclose(&actions, fd);
  posix_spawn_file_actions_addopen(&actions, 70, "/etc/group", O_RDONLY, 0);
  MUST(posix_spawn(&child, "/proc/self/exe", &actions, NULL, arguments, environ) == 0);
  posix_spawn_file_actions_destroy(&actions);
  wait_for(child);
  OPENED_BY_SOME_FILE(1);
  truth_print(3, 0, 0);
}

static const struct situation situations[] = {
    SITUATION(fork_inherit),      SITUATION(fork_child_leak),  SITUATION(fork_child_close),
    SITUATION(vfork_child_close), SITUATION(vfork_child_dup2), SITUATION(posix_spawned),
    SITUATION(spawned),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
