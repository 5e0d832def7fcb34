#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

const char* working_directory;

static void unavailable(const char* type) {
  printf("{\"unavailable\":\"%s\",\"why\":\"%s\"}\n", type, strerror(errno));
}

/* As a text in JSON; the names used here have no quotes. */
static void print_name(const char* name) {
  printf(",\"name\":\"");
  for (; *name != '\0'; ++name) {
    if (*name == '\n') {
      printf("\\n");
    } else {
      putchar(*name);
    }
  }
  printf("\"");
}

static void print_option(int fd, const char* key, int option) {
  int value = 0;
  socklen_t size = sizeof(value);
  if (getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0) printf(",\"%s\":%d", key, value);
}

static void print_socket(int fd) {
  print_option(fd, "family", SO_DOMAIN);
  print_option(fd, "socket_type", SO_TYPE);
  print_option(fd, "protocol", SO_PROTOCOL);
}

static void print_object(int fd, const char* type) {
  struct statx found;
  if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_MNT_ID, &found) != 0) return;
  if ((found.stx_mask & STATX_MNT_ID) != 0) printf(",\"mount\":%llu", found.stx_mnt_id);
  /* Anonymous objects share one inode, whose number says nothing; it has no kind. */
  if ((found.stx_mode & S_IFMT) == 0) return;
  printf(",\"inode\":%llu", found.stx_ino);
  if (S_ISSOCK(found.stx_mode) && strstr(type, "file") == NULL) return print_socket(fd);
  printf(",\"device\":\"%u:%u\"", found.stx_dev_major, found.stx_dev_minor);
  if (S_ISREG(found.stx_mode) && strcmp(type, "namespace") != 0 && strcmp(type, "message queue") != 0)
    printf(",\"size\":%llu", found.stx_size);
  if (S_ISCHR(found.stx_mode) || S_ISBLK(found.stx_mode))
    printf(",\"special_device\":\"%u:%u\"", found.stx_rdev_major, found.stx_rdev_minor);
}

void state(int fd, const char* type, const char* name, const char* more) {
  if (fd < 0) {
    unavailable(type);
    return;
  }
  const unsigned flags =
      (unsigned)fcntl(fd, F_GETFL) | ((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0 ? (unsigned)O_CLOEXEC : 0);
  printf("{\"handle\":%d,\"type\":\"%s\",\"flags\":%u", fd, type, flags);
  if (name != NULL) print_name(name);
  print_object(fd, type);
  printf("%s}\n", more);
}

static int has_offset(mode_t mode, const char* type) {
  const int may_have = S_ISREG(mode) || S_ISDIR(mode) || S_ISBLK(mode) || strcmp(type, "device") == 0;
  return may_have && strcmp(type, "message queue") != 0;
}

void state_file(int fd, const char* type, const char* name, const char* more) {
  struct stat found;
  char all[1024];
  size_t used = 0;
  if (fd >= 0 && fstat(fd, &found) == 0) {
    used += (size_t)snprintf(all, sizeof(all), ",\"links\":%ld", (long)found.st_nlink);
    const off_t offset = lseek(fd, 0, SEEK_CUR);
    if (has_offset(found.st_mode, type))
      used +=
          (size_t)snprintf(all + used, sizeof(all) - used, ",\"offset\":%ld", offset < 0 ? 0 : (long)offset);
  }
  snprintf(all + used, sizeof(all) - used, "%s", more);
  state(fd, type, name, all);
}

const char* below(const char* name) {
  static char path[4200];
  snprintf(path, sizeof(path), "%s/%s", working_directory, name);
  return path;
}
