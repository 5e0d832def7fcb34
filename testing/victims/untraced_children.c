// Starts /bin/true, in the way that it is told, with an environment that is empty: what makes programs
// traceable is gone. Says the child's number where it knows it.
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "truth.h"

static char* const arguments[] = {(char*)"true", NULL};
static char* const nothing[] = {NULL};

static int by_fork(void) {
  const pid_t child = fork();
  if (child == 0) {
    execve("/bin/true", arguments, nothing);
    _exit(127);
  }
  return child;
}

static int by_vfork(void) {
  const pid_t child = vfork();
  if (child == 0) {
    execle("/bin/true", "true", (char*)NULL, nothing);
    _exit(127);
  }
  return child;
}

static int by_posix_spawn(void) {
  pid_t child = -1;
  return posix_spawn(&child, "/bin/true", NULL, NULL, arguments, nothing) == 0 ? child : -1;
}

static int by_posix_spawnp(void) {
  pid_t child = -1;
  return posix_spawnp(&child, "true", NULL, NULL, arguments, nothing) == 0 ? child : -1;
}

static int become_true(void* unused) {
  (void)unused;
  execve("/bin/true", arguments, nothing);
  return 127;
}

static int by_clone(void) {
  static char stack[256 * 1024] __attribute__((aligned(16)));
  return clone(become_true, stack + sizeof(stack), SIGCHLD, NULL);
}

static int by_system(void) {
  clearenv();
  return system("true");
}

static int by_popen(void) {
  clearenv();
  FILE* answer = popen("true", "r");
  return answer == NULL ? -1 : pclose(answer);
}

// Past the C library; it lives for long enough to be noticed.
static int by_number(void) {
  static char* const sleeping[] = {(char*)"sleep", (char*)"2.5", NULL};
  const int child = (int)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  if (child == 0) {
    syscall(SYS_execve, "/bin/sleep", sleeping, nothing);
    syscall(SYS_exit_group, 127);
  }
  return child;
}

// A vfork child that becomes nothing.
static int by_vfork_alone(void) {
  const pid_t child = vfork();
  if (child == 0) _exit(0);
  return child;
}

static const struct {
  const char* name;
  int (*start)(void);
} ways[] = {{"fork", by_fork},
            {"vfork", by_vfork},
            {"posix_spawn", by_posix_spawn},
            {"posix_spawnp", by_posix_spawnp},
            {"clone", by_clone},
            {"system", by_system},
            {"popen", by_popen},
            {"by_number", by_number},
            {"vfork_alone", by_vfork_alone}};

int main(int count, char** words) {
  for (size_t i = 0; count > 1 && i < sizeof(ways) / sizeof(ways[0]); ++i) {
    if (strcmp(ways[i].name, words[1]) != 0) continue;
    printf("child: %d\n", ways[i].start());
    while (wait(NULL) > 0) {
    }
    truth_print(3, 0, 0);
    return 0;
  }
  return 2;
}
