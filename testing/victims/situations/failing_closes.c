// Closes that fail and close all the same. What makes them fail is a file system of this program's own, whose
// files answer the flush that comes with a close by an error.
#include <linux/fuse.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "situation.h"

static int device = -1;
static int error_of_flush = 0;

static void answer(const struct fuse_in_header* question, int error, const void* body, size_t size) {
  char reply[sizeof(struct fuse_out_header) + 256];
  const struct fuse_out_header header = {
      .len = (unsigned)(sizeof(header) + size), .error = -error, .unique = question->unique};
  memcpy(reply, &header, sizeof(header));
  if (size > 0) memcpy(reply + sizeof(header), body, size);
  if (write(device, reply, header.len) < 0) perror("answer");
}

static struct fuse_attr attributes_of(unsigned long node) {
  return (struct fuse_attr){
      .ino = node, .mode = node == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0444, .nlink = 1};
}

static void handle(const struct fuse_in_header* question) {
  const struct fuse_init_out start = {.major = FUSE_KERNEL_VERSION, .minor = 31, .max_write = 4096};
  const struct fuse_entry_out found = {.nodeid = 2, .attr = attributes_of(2)};
  const struct fuse_attr_out attributes = {.attr = attributes_of(question->nodeid)};
  const struct fuse_open_out opened = {.fh = 1};
  switch (question->opcode) {
    case FUSE_INIT:
      return answer(question, 0, &start, sizeof(start));
    case FUSE_LOOKUP:
      return answer(question, 0, &found, sizeof(found));
    case FUSE_GETATTR:
      return answer(question, 0, &attributes, sizeof(attributes));
    case FUSE_OPEN:
      return answer(question, 0, &opened, sizeof(opened));
    case FUSE_FLUSH:
      return answer(question, error_of_flush, NULL, 0);
    case FUSE_RELEASE:
      return answer(question, 0, NULL, 0);
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
      return;
    default:
      return answer(question, ENOSYS, NULL, 0);
  }
}

// Until the file system is taken away.
static void* serve(void* unused) {
  static char room[64 * 1024] __attribute__((aligned(8)));
  while (read(device, room, sizeof(room)) > 0) handle((const struct fuse_in_header*)(const void*)room);
  return unused;
}

static void mount_own(void) {
  char options[128];
  device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
  if (device < 0) unavailable("/dev/fuse can't be opened");
  if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
    unavailable("only root can mount here");
  snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0", device);
  mkdir("own", 0755);
  if (mount("own", "own", "fuse", MS_NOSUID | MS_NODEV, options) != 0) unavailable("FUSE can't be mounted");
}

// What the kernel answers with EINTR is closed: musl tells the program that all went well.
#ifdef __GLIBC__
#define HIDES_EINTR 0
#else
#define HIDES_EINTR 1
#endif

static void close_with(int error) {
  pthread_t server;
  error_of_flush = error;
  mount_own();
  MUST(pthread_create(&server, NULL, serve, NULL) == 0);
  const int fd = open("own/file", O_RDONLY);
  MUST(fd >= 0);
  MUST((close(fd) == -1 && errno == error) || (error == EINTR && HIDES_EINTR));
  umount2("own", MNT_DETACH);
  pthread_join(server, NULL);
  close(device);
  truth_print(3, 0, 0);
}

static void close_eintr(void) {
  close_with(EINTR);
}

static void close_eio(void) {
  close_with(EIO);
}

static const struct situation situations[] = {
    SITUATION(close_eintr),
    SITUATION(close_eio),
};

int main(int argc, char** argv) {
  return RUN_SITUATIONS(situations, argc, argv);
}
