// The other names of calls: those that programs get by being built for large files, or with checks of their arguments
// (_FORTIFY_SOURCE). One descriptor each.
#include <sys/stat.h>

#include "situation.h"

extern int __open_2(const char* path, int flags);
extern int __open64_2(const char* path, int flags);
extern int __openat_2(int folder, const char* path, int flags);
extern int __openat64_2(int folder, const char* path, int flags);

static char path[32];

// A template that is new each time.
static char* fresh(const char* template) {
  strcpy(path, template);
  return path;
}

static int removed(int fd) {
  if (fd >= 0) unlink(path);
  return fd;
}

KEPT_WHOLE static void open_names(void) {
  MUST(open64("/etc/passwd", O_RDONLY) >= 0);
  MUST(__open_2("/etc/passwd", O_RDONLY) >= 0);
  MUST(__open64_2("/etc/passwd", O_RDONLY) >= 0);
  MUST(openat(AT_FDCWD, "/etc/passwd", O_RDONLY) >= 0);
  MUST(openat64(AT_FDCWD, "/etc/passwd", O_RDONLY) >= 0);
  MUST(__openat_2(AT_FDCWD, "/etc/passwd", O_RDONLY) >= 0);
  MUST(__openat64_2(AT_FDCWD, "/etc/passwd", O_RDONLY) >= 0);
  MUST(creat("created", 0600) >= 0);
  MUST(creat64("created", 0600) >= 0);
  OPENED_HERE("file", 9);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void stream_names(void) {
  MUST(fopen64("/etc/passwd", "r") != NULL);
  MUST(tmpfile64() != NULL);
  OPENED_HERE("file", 2);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void temporary_names(void) {
  MUST(removed(mkstemp64(fresh("entry-XXXXXX"))) >= 0);
  MUST(removed(mkostemp64(fresh("entry-XXXXXX"), O_CLOEXEC)) >= 0);
  MUST(removed(mkstemps(fresh("entry-XXXXXX.c"), 2)) >= 0);
  MUST(removed(mkstemps64(fresh("entry-XXXXXX.c"), 2)) >= 0);
  MUST(removed(mkostemps(fresh("entry-XXXXXX.c"), 2, O_CLOEXEC)) >= 0);
  MUST(removed(mkostemps64(fresh("entry-XXXXXX.c"), 2, O_CLOEXEC)) >= 0);
  OPENED_HERE("file", 6);
  truth_print(3, 0, 0);
}

extern int fcntl64(int fd, int command, ...);

KEPT_WHOLE static void duplicate_names(void) {
  const int file = some_file();
  MUST(fcntl64(file, F_DUPFD, 40) == 40);
  close(file);
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

static const struct situation situations[] = {
    SITUATION(open_names),
    SITUATION(stream_names),
    SITUATION(temporary_names),
    SITUATION(duplicate_names),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
