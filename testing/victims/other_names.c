// The C library's other names for its own calls.
#include <fcntl.h>
#include <mntent.h>
#include <mqueue.h>

#include "truth.h"

extern int __open(const char* path, int flags, ...);
extern int __open64(const char* path, int flags, ...);
extern int __open_2(const char* path, int flags);
extern int __open64_2(const char* path, int flags);
extern int __openat_2(int dir, const char* path, int flags);
extern int __openat64_2(int dir, const char* path, int flags);
extern int __close(int fd);
extern int __dup2(int fd, int onto);
extern int __pipe(int fds[2]);
extern int __fcntl(int fd, int command, ...);
extern FILE* _IO_fopen(const char* path, const char* mode);
extern int _IO_fclose(FILE* file);
extern FILE* _IO_popen(const char* command, const char* mode);
extern FILE* __setmntent(const char* path, const char* mode);
extern int __endmntent(FILE* list);
extern mqd_t __mq_open_2(const char* name, int flags);

static const char* const self = "other_names";
static const char path[] = "/etc/passwd";

KEPT_WHOLE static int open_by_all_names(void) {
  int failures = __open(path, O_RDONLY) < 0;
  failures += __open64(path, O_RDONLY) < 0;
  failures += __open_2(path, O_RDONLY) < 0;
  failures += __open64_2(path, O_RDONLY) < 0;
  failures += __openat_2(AT_FDCWD, path, O_RDONLY) < 0;
  failures += __openat64_2(AT_FDCWD, path, O_RDONLY) < 0;
  failures += _IO_fopen(path, "r") == NULL;
  return failures;
}

KEPT_WHOLE static int make_pipe(void) {
  int fds[2];
  const int failed = __pipe(fds) != 0;
  return failed;
}

KEPT_WHOLE static FILE* list_mounts(void) {
  FILE* list = __setmntent("/proc/self/mounts", "r");
  if (list == NULL) perror("setmntent");
  return list;
}

KEPT_WHOLE static FILE* ask_shell(void) {
  FILE* answer = _IO_popen("true", "r");
  if (answer == NULL) perror("popen");
  return answer;
}

// Returns how many it could open: a kernel may have no message queues.
KEPT_WHOLE static int open_queue(void) {
  char name[64];
  snprintf(name, sizeof(name), "/ajar-victim-%d", (int)getpid());
  const mqd_t made = mq_open(name, O_CREAT | O_RDONLY, 0600, NULL);
  const mqd_t again = __mq_open_2(name, O_RDONLY);
  mq_unlink(name);
  if (made >= 0 && mq_close(made) != 0) perror("mq_close");
  return again >= 0;
}

KEPT_WHOLE static int duplicate(void) {
  int failures = __dup2(0, 50) != 50;
  failures += __fcntl(0, F_DUPFD, 60) != 60;
  return failures;
}

int main(void) {
  int failures = open_by_all_names() + make_pipe() + duplicate();
  failures += __close(__open(path, O_RDONLY)) != 0;
  failures += _IO_fclose(_IO_fopen(path, "r")) != 0;
  failures += __endmntent(list_mounts()) != 1;
  failures += pclose(ask_shell()) != 0;
  failures += list_mounts() == NULL || ask_shell() == NULL;
  const int queues = open_queue();
  printf("%d calls failed\n", failures);
  truth_group("file", 7, "open_by_all_names", self, "");
  truth_group("pipe", 2, "make_pipe", self, "");
  truth_group("", 2, "duplicate", self, "");
  truth_group("file", 1, "list_mounts", self, "");
  truth_group("pipe", 1, "ask_shell", self, "");
  if (queues != 0) truth_group("message queue|file", queues, "open_queue", self, "");
  truth_print(3, 0, 0);
  return 0;
}
