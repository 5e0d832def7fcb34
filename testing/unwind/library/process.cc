#include "unwind/library/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/linux/raw.h"
#include "unwind/library/interrupts.h"

namespace ajar::unwinding::process {
namespace {

namespace raw = agent::raw;

constexpr uint64_t kUsualPace = 1000;

constinit const char* folder = nullptr;
constinit Result* current = nullptr;
// In a page that reads as zeros in a child of fork.
constinit uint32_t* is_mine = nullptr;

void read_program(char (&name)[64]) {
  char path[4096];
  const int64_t n = raw::readlink(raw::kAtCwd, "/proc/self/exe", path, sizeof(path) - 1);
  path[n > 0 ? n : 0] = 0;
  const char* slash = strrchr(path, '/');
  snprintf(name, sizeof(name), "%.63s", slash == nullptr ? path : slash + 1);
}

Result* make() {
  int fd = -1;
  // A process may become another program, several times.
  for (int i = 0; i < 1000 && fd < 0; ++i) {
    char path[4096];
    snprintf(path, sizeof(path), "%s/%u.%d", folder, raw::getpid(), i);
    fd = raw::open(path, raw::kReadWrite | raw::kCreate | raw::kExclusive | raw::kCloseOnExec, 0666);
  }
  if (fd < 0) return nullptr;
  auto* made =
      raw::ftruncate(fd, sizeof(Result)) == 0 ? static_cast<Result*>(raw::map(sizeof(Result), fd)) : nullptr;
  raw::close(fd);
  if (made != nullptr) read_program(made->program);
  return made;
}

}  // namespace

bool begin() {
  folder = getenv(kFolderVariable);
  if (folder == nullptr) return false;
  is_mine = static_cast<uint32_t*>(raw::map(4096, -1));
  return is_mine != nullptr && raw::wipe_on_fork(is_mine, 4096);
}

Result* result() {
  if (__builtin_expect(__atomic_exchange_n(is_mine, 1U, __ATOMIC_ACQ_REL) == 1, 1)) return current;
  current = make();
  interrupts::begin();
  return current;
}

uint64_t pace() {
  const char* text = getenv(kPaceVariable);
  const uint64_t value = text == nullptr ? 0 : strtoull(text, nullptr, 10);
  return value == 0 ? kUsualPace : value;
}

}  // namespace ajar::unwinding::process
