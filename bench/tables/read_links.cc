// The floor under reading a handle table: lists /proc/PID/fd and asks each link for its name, and nothing
// else. read_links PID; prints how many there were.
#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: read_links PID\n", stderr);
    return 2;
  }
  const std::string path = std::string("/proc/") + argv[1] + "/fd";
  const int folder = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) {
    std::perror(path.c_str());
    return 1;
  }
  static char entries[1 << 16];
  static char name[4096];
  long links = 0;
  for (;;) {
    const long size = syscall(SYS_getdents64, folder, entries, sizeof(entries));
    if (size <= 0) break;
    for (long at = 0; at < size;) {
      // struct linux_dirent64: ino 8, off 8, reclen 2, type 1, name.
      std::uint16_t length = 0;
      std::memcpy(&length, entries + at + 16, sizeof(length));
      const char* number = entries + at + 19;
      if (number[0] != '.' && readlinkat(folder, number, name, sizeof(name)) > 0) ++links;
      at += length;
    }
  }
  std::printf("%ld\n", links);
  return 0;
}
