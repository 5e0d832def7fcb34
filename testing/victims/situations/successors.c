// Programs that are started in ways which a watcher may not be able to follow: each states its own truth.
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>

#include "situation.h"

extern char** environ;

enum { nobody = 65534 };

KEPT_WHOLE static void open_two(void) {
  MUST(open("/etc/passwd", O_RDONLY) >= 0 && open("/etc/group", O_RDONLY) >= 0);
  OPENED_HERE("file", 2);
  truth_print(3, 0, 0);
}

static void start_and_wait(const char* program, const char* name, char** environment) {
  char* const arguments[] = {(char*)name, (char*)"open_two", NULL};
  int status = -1;
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    execve(program, arguments, environment);
    _exit(127);
  }
  MUST(child > 0 && waitpid(child, &status, 0) == child && status == 0);
}

// One file survives the exec, one is closed by it.
static void exec_self(void) {
  some_file();
  MUST(open("/etc/group", O_RDONLY | O_CLOEXEC) >= 0);
  execl("/proc/self/exe", "successors", "after_exec", (char*)NULL);
  exit(127);
}

// What exec_self becomes.
KEPT_WHOLE static void after_exec(void) {
  MUST(open("/etc/group", O_RDONLY) >= 0);
  OPENED_HERE("file", 1);
  truth_inherited_from("some_file", 1);
  truth_print(4, 0, 0);
}

static void cleared_environment(void) {
  char* nothing[] = {NULL};
  start_and_wait("/proc/self/exe", "successors", nothing);
  truth_print(3, 0, 0);
}

// The path of a program beside this one.
static const char* beside(const char* name) {
  static char path[4096];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 64);
  MUST(length > 0);
  path[length] = '\0';
  strcpy(strrchr(path, '/') + 1, name);
  return path;
}

static void static_child(void) {
  start_and_wait(beside("successors_static"), "successors_static", environ);
  truth_print(3, 0, 0);
}

// The image changes, the process stays.
static void exec_static(void) {
  char* const arguments[] = {(char*)"successors_static", (char*)"open_two", NULL};
  execv(beside("successors_static"), arguments);
  exit(127);
}

static void copy_self(int to) {
  char buffer[65536];
  ssize_t got = 0;
  const int from = open("/proc/self/exe", O_RDONLY);
  while ((got = read(from, buffer, sizeof(buffer))) > 0) MUST(write(to, buffer, (size_t)got) == got);
  close(from);
}

static void setuid_program(void) {
  struct statvfs place;
  if (statvfs(".", &place) == 0 && (place.f_flag & ST_NOSUID) != 0)
    unavailable("no setuid programs in this folder");
  const int copy = open("setuid_copy", O_WRONLY | O_CREAT | O_TRUNC, 0755);
  copy_self(copy);
  if (geteuid() != 0 || fchown(copy, nobody, nobody) != 0)
    unavailable("only root can give a program to another user");
  MUST(fchmod(copy, 04755) == 0);
  close(copy);
  start_and_wait("./setuid_copy", "setuid_copy", environ);
  truth_print(3, 0, 0);
}

// Gives up its rights, as servers do, and goes on.
static void other_user(void) {
  if (geteuid() != 0) unavailable("only root can become another user");
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    MUST(setresgid(nobody, nobody, nobody) == 0 && setresuid(nobody, nobody, nobody) == 0);
    open_two();
    _exit(0);
  }
  int status = -1;
  MUST(child > 0 && waitpid(child, &status, 0) == child && status == 0);
  truth_print(3, 0, 0);
}

static const struct situation situations[] = {
    SITUATION(open_two),       SITUATION(exec_self),
    SITUATION(after_exec),     SITUATION(cleared_environment),
    SITUATION(static_child),   SITUATION(exec_static),
    SITUATION(setuid_program), SITUATION(other_user),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
