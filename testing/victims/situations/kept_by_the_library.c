// Descriptors that the C library opens by its inner ways, and keeps for its next call.
#include <grp.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <syslog.h>
#include <utmpx.h>
#ifdef __GLIBC__
#include <aliases.h>
#include <fstab.h>
#include <gshadow.h>
#include <rpc/netdb.h>
#include <shadow.h>
#include <ttyent.h>
#include <utmp.h>
#endif

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

#ifdef __GLIBC__

KEPT_WHOLE static void services_kept(void) {
  int lists = 0;
  const char* const files[] = {"/etc/services", "/etc/protocols", "/etc/hosts", "/etc/networks", "/etc/rpc"};
  for (int i = 0; i < 5; ++i) lists += access(files[i], R_OK) == 0;
  setservent(1);
  MUST(getservbyname("http", "tcp") == NULL || getservent() != NULL);
  setprotoent(1);
  sethostent(1);
  setnetent(1);
  setrpcent(1);
  OPENED_HERE("file", lists);
  truth_print(3, 0, 0);
}

static void make_login_list(void) {
  const char nobody[384 * 4] = {0};
  FILE* file = fopen("logins", "w");
  MUST(file != NULL && fwrite(nobody, sizeof(nobody), 1, file) == 1 && fclose(file) == 0);
  MUST(utmpxname("logins") == 0);
}

// A list under a name of the program's own.
KEPT_WHOLE static void logins_kept(void) {
  make_login_list();
  setutxent();
  MUST(getutxent() != NULL);
  MUST(utmpxname("logins") == 0);  // closes
  MUST(getutxent() != NULL);
  unlink("logins");
  OPENED_HERE("file", 1);
  truth_print(3, 0, 0);
}

static void all_lists(void) {
  char text[4096];
  int error;
  void* found;
#define EACH(name, entry, set, ...)                                                       \
  do {                                                                                    \
    struct entry one;                                                                     \
    set;                                                                                  \
    (void)get##name##ent();                                                               \
    (void)get##name##ent_r(&one, text, sizeof(text), (struct entry**)&found __VA_ARGS__); \
    end##name##ent();                                                                     \
  } while (0)
  EACH(pw, passwd, setpwent());
  EACH(gr, group, setgrent());
  EACH(sp, spwd, setspent());
  EACH(sg, sgrp, setsgent());
  EACH(serv, servent, setservent(1));
  EACH(proto, protoent, setprotoent(1));
  EACH(host, hostent, sethostent(1), , &error);
  EACH(net, netent, setnetent(1), , &error);
  EACH(rpc, rpcent, setrpcent(1));
  EACH(alias, aliasent, setaliasent());
#undef EACH
}

static void all_logins(void) {
  struct utmpx line = {.ut_type = USER_PROCESS, .ut_line = "none"};
  struct utmp* found;
  struct utmp buffer;
  make_login_list();
  setutxent();
  (void)getutxent();
  (void)getutxid(&line);
  (void)getutxline(&line);
  (void)pututxline(&line);
  endutxent();
  MUST(utmpname("logins") == 0);
  setutent();
  (void)getutent();
  (void)getutid((struct utmp*)&line);
  (void)getutline((struct utmp*)&line);
  (void)pututline((struct utmp*)&line);
  (void)getutent_r(&buffer, &found);
  (void)getutid_r((struct utmp*)&line, &buffer, &found);
  (void)getutline_r((struct utmp*)&line, &buffer, &found);
  (void)getlogin();
  (void)getlogin_r(buffer.ut_host, sizeof(buffer.ut_host));
  endutent();
  unlink("logins");
}

// Every function that may keep something, and its end.
static void all_kept(void) {
  all_lists();
  setfsent();
  (void)getfsent();
  (void)getfsspec("none");
  (void)getfsfile("none");
  endfsent();
  setttyent();
  (void)getttyent();
  (void)getttynam("none");
  endttyent();
  setusershell();
  (void)getusershell();
  endusershell();
  all_logins();
  truth_print(3, 0, 0);
}

#else

static void services_kept(void) {
  unavailable("musl has no such lists");
}
static void logins_kept(void) {
  unavailable("musl has no such lists");
}
static void all_kept(void) {
  unavailable("musl has no such lists");
}

#endif

// A /dev/log that nobody else sees. What the name leads to is a socket somewhere else, as it is with systemd.
KEPT_WHOLE static int new_log(void) {
  const struct sockaddr_un place = {AF_UNIX, "/dev/elsewhere"};
  if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
      mount("own", "/dev", "tmpfs", 0, NULL) != 0)
    unavailable("a /dev of its own is not allowed");
  const int log = socket(AF_UNIX, SOCK_DGRAM, 0);
  MUST(log >= 0 && bind(log, (const struct sockaddr*)&place, sizeof(place)) == 0);
  MUST(symlink("elsewhere", "/dev/log") == 0);
  return log;
}

#define OPENED_BY_NEW_LOG() truth_group("unix dgram socket", 1, "new_log", program_invocation_short_name, "")

KEPT_WHOLE static void log_kept(void) {
  new_log();
  for (int i = 0; i < 3; ++i) syslog(LOG_INFO, "%d, %f", i, 0.5);
  OPENED_BY_NEW_LOG();
  OPENED_HERE("unix dgram socket", 1);
  truth_print(3, 0, 0);
}

#ifdef __GLIBC__
void __vsyslog_chk(int priority, int flag, const char* format, va_list arguments);
#endif

static void say(const char* format, ...) {
  va_list arguments;
#ifdef __GLIBC__  // what programs call that are built with _FORTIFY_SOURCE
  va_start(arguments, format);
  __vsyslog_chk(LOG_INFO, 1, format, arguments);
  va_end(arguments);
#endif
  va_start(arguments, format);
  vsyslog(LOG_INFO, format, arguments);
  va_end(arguments);
}

static void log_closed(void) {
  new_log();
  openlog("victim", LOG_NDELAY, LOG_USER);
  say("%d", 1);
  closelog();
  say("%d", 2);
  closelog();
  closelog();
  OPENED_BY_NEW_LOG();
  truth_print(3, 0, 0);
}

// The receiver is gone and another one comes: the library opens anew, here under a lower number.
KEPT_WHOLE static void log_opened_anew(void) {
  const int lower = some_file();
  const int log = new_log();
  openlog("victim", LOG_NDELAY, LOG_USER);
  close(lower);
  close(log);
  unlink("/dev/elsewhere");
  unlink("/dev/log");
  umount2("/dev", MNT_DETACH);
  new_log();
  syslog(LOG_INFO, "here again");
  OPENED_BY_NEW_LOG();
  OPENED_HERE("unix dgram socket", 1);
  truth_print(3, 0, 0);
}

KEPT_WHOLE static int own_log(void) {
  const struct sockaddr_un place = {AF_UNIX, "/dev/log"};
  const int log = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  MUST(log >= 0 && connect(log, (const struct sockaddr*)&place, sizeof(place)) == 0);
  return log;
}

// The program writes to the log by a socket of its own, too: that is not the library's.
KEPT_WHOLE static void log_beside_own(void) {
  const int log = new_log();
  own_log();
  openlog("victim", LOG_NDELAY, LOG_USER);
  close(log);
  umount2("/dev", MNT_DETACH);
  new_log();
  syslog(LOG_INFO, "here again");
  OPENED_BY_NEW_LOG();
  truth_group("unix dgram socket", 1, "own_log", program_invocation_short_name, "");
  OPENED_HERE("unix dgram socket", 1);
  truth_print(3, 0, 0);
}

// It is closed by the program itself, as daemons do.
KEPT_WHOLE static void log_after_closing_all(void) {
#ifndef __GLIBC__
  unavailable("musl does not notice");
#endif
  new_log();
  openlog("victim", LOG_NDELAY, LOG_USER);
  for (int fd = 4; fd < 20; ++fd) close(fd);
  syslog(LOG_INFO, "a daemon now");
  OPENED_BY_NEW_LOG();
  OPENED_HERE("unix dgram socket", 1);
  truth_print(3, 0, -1);
}

static const struct situation situations[] = {
    SITUATION(users_kept),
    SITUATION(users_ended),
    SITUATION(users_again),
    SITUATION(users_in_a_child),
    SITUATION(users_among_threads),
    SITUATION(users_beside_a_keeper),
    SITUATION(users_beside_own),
    SITUATION(users_set_beside_own),
    SITUATION(users_closed_by_others),
    SITUATION(services_kept),
    SITUATION(logins_kept),
    SITUATION(all_kept),
    SITUATION(log_kept),
    SITUATION(log_closed),
    SITUATION(log_opened_anew),
    SITUATION(log_beside_own),
    SITUATION(log_after_closing_all),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
