/* What lies at paths. */
#include <fcntl.h>
#include <mqueue.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include "state.h"

static int create(const char* name) {
  return open(name, O_RDWR | O_CREAT, 0600);
}

static void locked(void) {
  char more[256];
  const int file = open("plain", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (write(file, "0123456789", 10) == 10) lseek(file, 4, SEEK_SET);
  flock(file, LOCK_EX);
  snprintf(more, sizeof(more), ",\"lock\":[\"FLOCK WRITE 0-EOF by pid %d\"],\"signs\":[]", getpid());
  state_file(file, "file", below("plain"), more);
  const int ranges = create("ranges");
  struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 5};
  fcntl(ranges, F_SETLK, &range);
  snprintf(more, sizeof(more), ",\"lock\":[\"POSIX WRITE 10-14 by pid %d\"]", getpid());
  state_file(ranges, "file", below("ranges"), more);
  const int own = create("own");
  struct flock all = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
  fcntl(own, F_OFD_SETLK, &all);
  state_file(own, "file", below("own"), ",\"lock\":[\"OFDLCK READ 0-EOF\"]");
}

static void deleted(void) {
  const int gone = create("gone2");
  unlink("gone2");
  state_file(gone, "file", below("gone2 (deleted)"), ",\"deleted\":1,\"signs\":[\"deleted\"]");
  mkdir("folder", 0700);
  const int folder = open("folder", O_RDONLY | O_DIRECTORY);
  rmdir("folder");
  state_file(folder, "directory", below("folder (deleted)"), ",\"deleted\":1,\"signs\":[\"deleted\"]");
  state_file(create("looks (deleted)"), "file", below("looks (deleted)"), ",\"signs\":[]");
  /* The name by which it was opened is gone, the other one is not. */
  const int linked = create("first");
  if (link("first", "second") == 0) unlink("first");
  state_file(linked, "file", below("first (deleted)"), ",\"signs\":[]");
  state_file(open(".", O_TMPFILE | O_RDWR, 0600), "file", NULL, ",\"deleted\":1");
}

static int socket_file(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "lies-here.sock"};
  const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  bind(fd, (struct sockaddr*)&address, sizeof(address));
  close(fd);
  return open("lies-here.sock", O_PATH);
}

void hold_files(void) {
  locked();
  deleted();
  state_file(open("plain", O_WRONLY | O_APPEND | O_NONBLOCK), "file", below("plain"), "");
  state_file(open("plain", O_PATH), "file", below("plain"), "");
  state_file(create("two\nlines and blanks"), "file", below("two\nlines and blanks"), "");
  state_file(create("\001 and \\040"), "file", NULL, "");
  state_file(open(".", O_RDONLY | O_DIRECTORY), "directory", working_directory, "");
  if (mkfifo("queue", 0600) == 0) state_file(open("queue", O_RDWR), "fifo", below("queue"), "");
  if (symlink("nowhere", "link") == 0)
    state_file(open("link", O_PATH | O_NOFOLLOW), "symbolic link", below("link"), "");
  state_file(socket_file(), "unix socket file", below("lies-here.sock"), "");
  state_file((int)syscall(428 /* open_tree */, AT_FDCWD, ".", O_CLOEXEC), "directory", working_directory, "");
  const struct mq_attr few = {.mq_maxmsg = 4, .mq_msgsize = 64};
  const int queue = mq_open("/ajar-every-type", O_RDWR | O_CREAT, 0600, &few);
  mq_unlink("/ajar-every-type");
  state_file(queue, "message queue", "/ajar-every-type (deleted)", ",\"deleted\":1");
  const int memory = memfd_create("hello world", MFD_CLOEXEC);
  if (memory >= 0 && ftruncate(memory, 12345) != 0) return;
  state(memory, "memfd", "/memfd:hello world (deleted)", ",\"offset\":0,\"signs\":[]");
  state((int)syscall(447 /* memfd_secret */, 0), "secret memory", "/secretmem (deleted)", ",\"signs\":[]");
}

void hold_devices(void) {
  char name[64] = "";
  int master = -1;
  int slave = -1;
  state_file(open("/dev/null", O_RDONLY), "device", "/dev/null", ",\"kind\":\"mem\"");
  state_file(open("/dev/net/tun", O_RDWR), "device", "/dev/net/tun", ",\"kind\":\"tun\"");
  state_file(open("/dev/fuse", O_RDWR), "device", "/dev/fuse", ",\"kind\":\"fuse\"");
  state_file(open("/dev/kvm", O_RDWR), "device", "/dev/kvm", ",\"kind\":\"kvm\"");
  state_file(open("/dev/loop0", O_RDONLY | O_NONBLOCK), "block device", "/dev/loop0", ",\"kind\":\"loop\"");
  /* Its name says nothing, its numbers do. */
  if (mknod("odd name", S_IFCHR | 0600, makedev(1, 5)) == 0)
    state_file(open("odd name", O_RDWR), "device", below("odd name"), ",\"kind\":\"mem\"");
  if (openpty(&master, &slave, name, NULL, NULL) != 0) master = slave = -1;
  state_file(master, "pty", "/dev/ptmx", "");
  state_file(slave, "tty", name, "");
}

void hold_pipes(void) {
  int ends[2];
  char more[256];
  if (pipe2(ends, O_CLOEXEC) != 0) return;
  snprintf(more, sizeof(more), ",\"other_end\":[\"this process (fd %d)\"],\"signs\":[]", ends[1]);
  state(ends[0], "pipe", NULL, more);
  snprintf(more, sizeof(more), ",\"other_end\":[\"this process (fd %d)\"],\"signs\":[]", ends[0]);
  state(ends[1], "pipe", NULL, more);
  if (pipe(ends) != 0) return;
  close(ends[1]);
  state(ends[0], "pipe", NULL, ",\"other_end_gone\":1,\"signs\":[\"other_end_gone\"]");
  if (pipe(ends) != 0) return;
  close(ends[0]);
  state(ends[1], "pipe", NULL, ",\"other_end_gone\":1,\"signs\":[\"other_end_gone\"]");
}
