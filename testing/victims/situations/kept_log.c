// The system log's socket, which the C library opens by its inner ways, and keeps for its next call.
#include <sched.h>
#include <stdarg.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>

#include "situation.h"

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
    SITUATION(log_kept),
    SITUATION(log_closed),
    SITUATION(log_opened_anew),
    SITUATION(log_beside_own),
    SITUATION(log_after_closing_all),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
