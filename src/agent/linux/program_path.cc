#include "agent/linux/program_path.h"

#include "agent/core/state.h"
#include "agent/linux/environment.h"
#include "agent/linux/raw.h"

extern "C" {
extern char** environ;
}

namespace ajar::agent {
namespace {

// "/proc/self/fd/N", with its NUL.
uint32_t write_descriptor(int fd, char (&to)[40]) {
  constexpr char kFolder[] = "/proc/self/fd/";
  uint32_t length = sizeof(kFolder) - 1;
  __builtin_memcpy(to, kFolder, length);
  char digits[12];
  uint32_t count = 0;
  for (auto rest = static_cast<uint32_t>(fd); count == 0 || rest != 0; rest /= 10) {
    digits[count++] = static_cast<char>('0' + rest % 10);
  }
  while (count > 0) to[length++] = digits[--count];
  to[length] = 0;
  return length;
}

// What a relative path begins at, with a slash at its end; 0: not known.
uint32_t write_directory(int directory, char* to, uint32_t size) {
  if (sandboxed()) return 0;
  int64_t length = 0;
  if (directory == raw::kAtCwd) {
    length = raw::getcwd(to, size - 1) - 1;  // it counts the NUL
  } else {
    char link[40];
    write_descriptor(directory, link);
    length = raw::readlink(raw::kAtCwd, link, to, size - 1);
  }
  if (length <= 0 || to[0] != '/') return 0;  // "(unreachable)/…", "pipe:[1]"
  if (to[length - 1] != '/') to[length++] = '/';
  return static_cast<uint32_t>(length);
}

uint32_t write_open_file(int fd, char* to) {
  if (sandboxed()) return 0;
  char link[40];
  write_descriptor(fd, link);
  const int64_t length = raw::readlink(raw::kAtCwd, link, to, kLongestPath);
  return length > 0 && to[0] == '/' ? static_cast<uint32_t>(length) : 0;
}

bool has_slash(const char* name, uint32_t length) {
  for (uint32_t i = 0; i < length; ++i) {
    if (name[i] == '/') return true;
  }
  return false;
}

const char* search_path(CheckedMemory& memory) {
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    if (const char* value = value_of(*variable, "PATH", memory)) return value;
  }
  return "/bin:/usr/bin";  // what the C libraries take then
}

// The first file in PATH that may be executed. Folders that are relative are left out.
uint32_t search(const char* name, uint32_t length, CheckedMemory& memory, char* to) {
  const char* folder = search_path(memory);
  for (;;) {
    uint32_t used = 0;
    for (; *folder != 0 && *folder != ':'; ++folder) {
      if (used < kLongestPath) to[used++] = *folder;
    }
    if (used > 0 && to[0] == '/' && used + length + 2 <= kLongestPath) {
      to[used++] = '/';
      __builtin_memcpy(to + used, name, length);
      to[used + length] = 0;
      if (raw::may_execute(to)) return used + length;
    }
    if (*folder++ == 0) return 0;
  }
}

}  // namespace

uint32_t write_path(const NewProgram& program, CheckedMemory& memory, char* to) {
  if (program.path == nullptr) return 0;
  if (program.directory_is_it) return write_open_file(program.directory, to);
  const int64_t copied = memory.copy_text(program.path, to, kLongestPath);
  if (copied <= 0) return 0;
  const auto length = static_cast<uint32_t>(copied);
  if (to[0] == '/') return length;
  if (program.searched && !has_slash(to, length)) {
    return sandboxed() ? length : search(program.path, length, memory, to);
  }
  const uint32_t begin = write_directory(program.directory, to, kLongestPath);
  if (begin == 0) return static_cast<uint32_t>(memory.copy_text(program.path, to, kLongestPath));
  const int64_t rest = memory.copy_text(program.path, to + begin, kLongestPath - begin);
  return rest < 0 ? 0 : begin + static_cast<uint32_t>(rest);
}

bool is_32_bit(const NewProgram& program) {
  constexpr char kElf32[] = {0x7f, 'E', 'L', 'F', 1};
  if (sandboxed()) return false;
  CheckedMemory memory;
  char path[kLongestPath + 1];
  path[write_path(program, memory, path)] = 0;
  const int fd = raw::open(path, raw::kReadOnly | raw::kCloseOnExec | raw::kNonBlocking);
  if (fd < 0) return false;
  char first[sizeof(kElf32)];
  const int64_t length = raw::read(fd, first, sizeof(first));
  raw::close(fd);
  return length == sizeof(first) && __builtin_memcmp(first, kElf32, sizeof(first)) == 0;
}

}  // namespace ajar::agent
