/* What waits: for descriptors, times, signals, files, processes. */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "state.h"

static void epolls(void) {
  char more[256];
  int ends[2];
  if (pipe(ends) != 0) return;
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN | EPOLLET};
  epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
  snprintf(more, sizeof(more),
           ",\"watched\":1,\"watch\":[\"fd %d (EPOLLIN EPOLLERR EPOLLHUP EPOLLET)\"],\"signs\":[]", ends[0]);
  state(epoll, "epoll", "anon_inode:[eventpoll]", more);
  state(epoll_create1(0), "epoll", "anon_inode:[eventpoll]",
        ",\"watched\":0,\"signs\":[\"watches_nothing\"]");
  /* The number is closed, its duplicate is not: it is watched all the same. */
  const int stale = epoll_create1(0);
  const int closed = fcntl(ends[0], F_DUPFD, 500);
  event.events = EPOLLOUT | EPOLLONESHOT;
  epoll_ctl(stale, EPOLL_CTL_ADD, closed, &event);
  close(closed);
  snprintf(more, sizeof(more),
           ",\"watched\":1,\"watch\":[\"fd %d, closed since (EPOLLOUT EPOLLERR EPOLLHUP EPOLLONESHOT)\"]",
           closed);
  state(stale, "epoll", "anon_inode:[eventpoll]", more);
}

static void times_and_signals(void) {
  state(eventfd(42, EFD_NONBLOCK), "eventfd", "anon_inode:[eventfd]", ",\"count\":42,\"signs\":[]");
  const int timer = timerfd_create(CLOCK_BOOTTIME, 0);
  const struct itimerspec setting = {.it_value = {.tv_sec = 100000}, .it_interval = {.tv_nsec = 500}};
  timerfd_settime(timer, 0, &setting, NULL);
  state(timer, "timerfd", "anon_inode:[timerfd]",
        ",\"clock\":\"CLOCK_BOOTTIME\",\"count\":0,\"interval_ns\":500,\"signs\":[]");
  state(timerfd_create(CLOCK_MONOTONIC, 0), "timerfd", "anon_inode:[timerfd]",
        ",\"clock\":\"CLOCK_MONOTONIC\",\"count\":0,\"expires_ns\":0,\"interval_ns\":0,"
        "\"signs\":[\"disarmed\"]");
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGUSR1);
  state(signalfd(-1, &set, 0), "signalfd", "anon_inode:[signalfd]", ",\"signals\":\"SIGUSR1 SIGTERM\"");
}

static int marked(unsigned kind, uint64_t events, const char* path) {
  const int fd = fanotify_init(FAN_CLASS_NOTIF, O_RDONLY);
  if (fd >= 0 && fanotify_mark(fd, FAN_MARK_ADD | kind, events, AT_FDCWD, path) == 0) return fd;
  close(fd);
  return -1;
}

static void watched_files(void) {
  char more[256];
  const int inotify = inotify_init1(IN_NONBLOCK);
  inotify_add_watch(inotify, ".", IN_MODIFY | IN_CREATE);
  snprintf(more, sizeof(more), ",\"watched\":1,\"watch\":[\"%s (IN_MODIFY IN_CREATE)\"],\"signs\":[]",
           working_directory);
  state(inotify, "inotify", "anon_inode:inotify", more);
  state(inotify_init1(0), "inotify", "anon_inode:inotify", ",\"watched\":0,\"signs\":[\"watches_nothing\"]");
  snprintf(more, sizeof(more), ",\"watched\":1,\"watch\":[\"%s (FAN_OPEN)\"]", working_directory);
  state(marked(0, FAN_OPEN, "."), "fanotify", "anon_inode:[fanotify]", more);
  state(marked(FAN_MARK_MOUNT, FAN_CLOSE_WRITE, "/sys"), "fanotify", "anon_inode:[fanotify]",
        ",\"watched\":1,\"watch\":[\"mount /sys (FAN_CLOSE_WRITE)\"]");
  state(marked(FAN_MARK_FILESYSTEM, FAN_MODIFY, "/sys"), "fanotify", "anon_inode:[fanotify]",
        ",\"watched\":1,\"watch\":[\"file system of /sys (FAN_MODIFY)\"]");
}

void hold_events(void) {
  epolls();
  times_and_signals();
  watched_files();
}

void hold_processes(void) {
  char more[256];
  const pid_t child = fork();
  if (child == 0) {
    close_range(0, ~0U, 0);
    pause();
    _exit(0);
  }
  const int lives = (int)syscall(SYS_pidfd_open, child, 0);
  snprintf(more, sizeof(more), ",\"process\":\"every_type %d\",\"signs\":[]", child);
  state(lives, "pidfd", "anon_inode:[pidfd]", more);
  const pid_t dead = fork();
  if (dead == 0) _exit(0);
  const int ended = (int)syscall(SYS_pidfd_open, dead, 0);
  waitpid(dead, NULL, 0);
  state(ended, "pidfd", "anon_inode:[pidfd]", ",\"process_gone\":1,\"signs\":[\"process_gone\"]");
  /* It has ended, and nobody has waited for it. */
  const pid_t unmissed = fork();
  if (unmissed == 0) _exit(0);
  const int zombie = (int)syscall(SYS_pidfd_open, unmissed, 0);
  siginfo_t end;
  waitid(P_PID, (id_t)unmissed, &end, WEXITED | WNOWAIT);
  snprintf(more, sizeof(more),
           ",\"process\":\"every_type %d\",\"process_gone\":1,\"signs\":[\"process_gone\"]", unmissed);
  state(zombie, "pidfd", "anon_inode:[pidfd]", more);
  state(open("/proc/self/ns/net", O_RDONLY), "namespace", NULL, ",\"kind\":\"net\"");
  state(open("/proc/self/ns/mnt", O_RDONLY), "namespace", NULL, ",\"kind\":\"mnt\"");
}
