// Lists of users and groups that the C library opens by its inner ways, and keeps for its next call.
#include <grp.h>
#include <pthread.h>
#include <pwd.h>
#include <sys/wait.h>

#include "situation.h"

KEPT_WHOLE static void users_kept(void) {
  setpwent();
  MUST(getpwent() != NULL && getgrent() != NULL);
  OPENED_HERE("file", 2);
  truth_print(3, 0, 0);
}

// A second round goes through the list that is open.
static void users_ended(void) {
  for (int i = 0; i < 3; ++i) {
    setpwent();
    while (getpwent() != NULL) {
    }
    setgrent();
    while (getgrent() != NULL) {
    }
  }
  endpwent();
  endgrent();
  endgrent();
  truth_print(3, 0, 0);
}

KEPT_WHOLE static void users_again(void) {
  for (int i = 0; i < 20; ++i) {
    MUST(getpwent() != NULL);
    endpwent();
  }
  MUST(getpwent() != NULL);
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

// Daemons close whatever is open; the library does not notice.
static void users_closed_by_others(void) {
  MUST(getpwent() != NULL);
  for (int fd = 3; fd < 20; ++fd) close(fd);
  some_file();
  OPENED_BY_SOME_FILE(1);
  truth_print(3, 0, -1);
}

// What the child ends stays with its parent.
KEPT_WHOLE static void users_in_a_child(void) {
  int status = -1;
  MUST(getpwent() != NULL);
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    endpwent();
    truth_print(3, 0, 0);
    _exit(0);
  }
  MUST(child > 0 && waitpid(child, &status, 0) == child && status == 0);
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

static int enough;

static void* open_and_close(void* file) {
  while (__atomic_load_n(&enough, __ATOMIC_RELAXED) == 0) close(open(file, O_RDONLY));
  return NULL;
}

// Others open and close meanwhile, also the same file; none of it may be mixed up.
static void users_among_threads(void) {
  pthread_t threads[2];
  MUST(pthread_create(&threads[0], NULL, open_and_close, "/etc/passwd") == 0);
  MUST(pthread_create(&threads[1], NULL, open_and_close, "/dev/null") == 0);
  for (int i = 0; i < 300; ++i) {
    MUST(getpwent() != NULL);
    endpwent();
  }
  __atomic_store_n(&enough, 1, __ATOMIC_RELAXED);
  for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
  some_file();
  OPENED_BY_SOME_FILE(1);
  truth_print(3, 0, 0);
}

enum { files_to_keep = 100 };
static int kept_files;

KEPT_WHOLE static int keep_file(void) {
  const int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
  return fd < 0 ? -1 : fd;
}

static void* keep_files(void* unused) {
  while (__atomic_load_n(&kept_files, __ATOMIC_RELAXED) < files_to_keep) {
    if (keep_file() >= 0) __atomic_add_fetch(&kept_files, 1, __ATOMIC_RELAXED);
    usleep(100);
  }
  return unused;
}

// Another thread opens the very same file, as the library does it, and keeps it: that is its own.
KEPT_WHOLE static void users_beside_a_keeper(void) {
  pthread_t thread;
  MUST(pthread_create(&thread, NULL, keep_files, NULL) == 0);
  while (__atomic_load_n(&kept_files, __ATOMIC_RELAXED) < files_to_keep) {
    MUST(getpwent() != NULL);
    endpwent();
  }
  pthread_join(thread, NULL);
  MUST(getpwent() != NULL);
  truth_group("file", files_to_keep, "keep_file", program_invocation_short_name, "");
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

// The program has the same file open itself.
KEPT_WHOLE static void users_beside_own(void) {
  some_file();
  MUST(getpwent() != NULL);
  setpwent();
  MUST(getpwent() != NULL);
  OPENED_BY_SOME_FILE(1);
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

// What is set may be what is ended (musl); no other takes its place.
static void users_set_beside_own(void) {
  some_file();
  MUST(getpwent() != NULL);
  setpwent();
  endpwent();
  OPENED_BY_SOME_FILE(1);
  truth_print(3, 0, 0);
}

static const struct situation situations[] = {
    SITUATION(users_kept),       SITUATION(users_ended),          SITUATION(users_again),
    SITUATION(users_in_a_child), SITUATION(users_among_threads),  SITUATION(users_beside_a_keeper),
    SITUATION(users_beside_own), SITUATION(users_set_beside_own), SITUATION(users_closed_by_others),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
