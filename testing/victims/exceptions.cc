// Exceptions through frames that own descriptors, one that forgets its own, and static objects that close
// theirs on the way out.
#include <fcntl.h>

#include <stdexcept>
#include <vector>

#include "truth.h"

namespace {

struct Owner {
  explicit Owner(const char* path) : fd(open(path, O_RDONLY | O_CLOEXEC)) {}
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;
  ~Owner() { close(fd); }
  int fd;
};

// Destroyed after main, last of all: everything that the program closes by itself is closed by then.
struct LastWord {
  ~LastWord() {
    truth_group("file", 10, "open_then_throw", "exceptions", "");
    truth_print(3, 0, 0);
  }
} last_word;

struct Statics {
  Owner first{"/etc/passwd"};
  Owner second{"/etc/group"};
} statics;

}  // namespace

KEPT_WHOLE static void open_then_throw(int turn) {
  const int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
  if (fd >= 0) throw std::runtime_error(std::to_string(turn));
}

KEPT_WHOLE static void through_owners(int depth) {
  const Owner owner("/etc/group");
  if (depth == 0) throw std::runtime_error("bottom");
  through_owners(depth - 1);
}

int main() {
  int caught = 0;
  for (int turn = 0; turn < 10; ++turn) {
    try {
      open_then_throw(turn);
    } catch (const std::runtime_error&) {
      ++caught;
    }
    try {
      through_owners(turn);
    } catch (const std::runtime_error&) {
      ++caught;
    }
  }
  printf("%d exceptions caught\n", caught);
  return 0;
}
