// Becomes another program by each function there is for it, with and without success, in a child each. What
// they print must be the same to the letter.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>

#include "truth.h"

extern char** environ;

static void* volatile const nowhere = (void*)8;  // nothing can be read there

static char* const words[] = {(char*)"env", NULL};
static char* const small[] = {(char*)"PATH=/usr/bin:/bin", (char*)"COLOUR=blue", NULL};

static void by_execl(void) {
  execl("/bin/echo", "echo", "execl", "1", "2", "3", "4", "5", "6", "7", "8", (char*)NULL);
}
static void by_execlp(void) {
  execlp("echo", "echo", "execlp", "1", "2", "3", "4", "5", "6", "7", "8", (char*)NULL);
}
static void by_execle(void) {
  execle("/usr/bin/env", "env", (char*)NULL, small);
}
static void by_execv(void) {
  char* const arguments[] = {(char*)"echo", (char*)"execv", NULL};
  execv("/bin/echo", arguments);
}
static void by_execvp(void) {
  char* const arguments[] = {(char*)"echo", (char*)"execvp", NULL};
  execvp("echo", arguments);
}
static void by_execve(void) {
  execve("/usr/bin/env", words, small);
}
static void by_execvpe(void) {
  execvpe("env", words, small);
}
static void by_fexecve(void) {
  fexecve(open("/usr/bin/env", O_RDONLY | O_CLOEXEC), words, small);
}
static void by_execveat(void) {
  execveat(open("/usr", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "bin/env", words, small, 0);
}
static void missing_file(void) {
  execl("/no/such/program", "program", (char*)NULL);
}
static void missing_in_path(void) {
  execlp("no-such-program", "program", (char*)NULL);
}
static void not_a_program(void) {
  execl("/etc/passwd", "passwd", (char*)NULL);
}
static void bad_path(void) {
  execve((const char*)nowhere, words, small);
}
static void bad_environment(void) {
  execve("/usr/bin/env", words, (char* const*)nowhere);
}

static int in_child(const char* name, void (*become)(void)) {
  fflush(stdout);
  int status = -1;
  const pid_t child = fork();
  if (child == 0) {
    become();
    printf("%s: %s\n", name, strerror(errno));
    fflush(stdout);
    _exit(7);
  }
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

#define TRY(become) printf("%s ended with %d\n", #become, in_child(#become, become))

int main(void) {
  TRY(by_execl);
  TRY(by_execlp);
  TRY(by_execle);
  TRY(by_execv);
  TRY(by_execvp);
  TRY(by_execve);
  TRY(by_execvpe);
  TRY(by_fexecve);
  TRY(by_execveat);
  TRY(missing_file);
  TRY(missing_in_path);
  TRY(not_a_program);
  TRY(bad_path);
  TRY(bad_environment);
  truth_print(3, 0, 0);
  return 0;
}
