/* Holds a file of a file system whose program does not answer any more, and an inotify that watches it:
 * whoever asks that program about them waits for ever. States what can be known all the same, and waits until
 * its standard input ends. {"unavailable":…} where a file system may not be mounted.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

enum { file_node = 2, file_size = 5 };

static void answer(int device, const struct fuse_in_header* request, const void* body, size_t size) {
  char all[512];
  struct fuse_out_header* header = (struct fuse_out_header*)all;
  header->len = (uint32_t)(sizeof(*header) + size);
  header->error = body == NULL ? -ENOSYS : 0;
  header->unique = request->unique;
  if (size > 0) memcpy(header + 1, body, size);
  if (write(device, all, header->len) < 0) _exit(1);
}

static struct fuse_attr attributes_of(uint64_t node) {
  const struct fuse_attr file = {.ino = file_node, .size = file_size, .mode = S_IFREG | 0644, .nlink = 1};
  const struct fuse_attr root = {.ino = FUSE_ROOT_ID, .mode = S_IFDIR | 0755, .nlink = 2};
  return node == file_node ? file : root;
}

/* Nothing that it says may be remembered for any time. */
static void serve(int device, const struct fuse_in_header* request) {
  const struct fuse_init_out begin = {.major = 7, .minor = 31, .max_write = 4096};
  const struct fuse_entry_out entry = {.nodeid = file_node, .attr = attributes_of(file_node)};
  const struct fuse_attr_out attributes = {.attr = attributes_of(request->nodeid)};
  const struct fuse_open_out opened = {.fh = 1};
  switch (request->opcode) {
    case FUSE_INIT:
      return answer(device, request, &begin, sizeof(begin));
    case FUSE_LOOKUP:
      return answer(device, request, &entry, sizeof(entry));
    case FUSE_GETATTR:
      return answer(device, request, &attributes, sizeof(attributes));
    case FUSE_OPEN:
      return answer(device, request, &opened, sizeof(opened));
    default:
      return answer(device, request, NULL, 0);
  }
}

/* Until `going` ends. */
static void serve_all(int device, int going) {
  static char room[1 << 18];
  struct pollfd events[2] = {{device, POLLIN, 0}, {going, 0, 0}};
  while (poll(events, 2, -1) >= 0 && events[1].revents == 0) {
    if (read(device, room, sizeof(room)) <= 0) break;
    serve(device, (struct fuse_in_header*)room);
  }
  for (;;) pause();
}

static int mounted(const char* folder, int device) {
  char options[128];
  snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=%d,group_id=%d", device, (int)getuid(),
           (int)getgid());
  return device >= 0 && unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
         mkdir(folder, 0700) == 0 && mount("unanswered", folder, "fuse", 0, options) == 0;
}

int main(void) {
  char here[4096];
  int going[2];
  const int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (pipe2(going, O_CLOEXEC) != 0 || getcwd(here, sizeof(here)) == NULL) return 1;
  if (mounted("silent", device)) {
    if (fork() == 0) {
      close(going[1]);
      serve_all(device, going[0]);
    }
    close(device);
    const int file = open("silent/file", O_RDONLY);
    const int watcher = inotify_init1(IN_CLOEXEC);
    const int watches = inotify_add_watch(watcher, "silent/file", IN_MODIFY) > 0;
    close(going[1]);
    printf("{\"handle\":%d,\"type\":\"file\",\"name\":\"%s/silent/file\",\"offset\":0,\"inode\":%d}\n", file,
           here, file_node);
    printf("{\"handle\":%d,\"type\":\"inotify\",\"watched\":%d}\n", watcher, watches);
  } else {
    printf("{\"unavailable\":\"file system\",\"why\":\"%s\"}\n", strerror(errno));
  }
  printf("{\"ready\":%d}\n", getpid());
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) {
  }
  kill(0, SIGTERM);
  return 0;
}
