// A log per request is forgotten in a list that is never emptied but by its destructor, at the end of the
// program.
#include <fcntl.h>

#include <vector>

#include "truth.h"

namespace {

constexpr int requests = 100;

struct Logs {
  std::vector<int> open;

  ~Logs() {
    for (const int fd : open) close(fd);
    truth_closed_at_end("file", requests, "open_log", "static_destructor", "leak");
    truth_print(3, 0, 0);
  }
};

Logs logs;

}  // namespace

extern "C" KEPT_WHOLE void open_log() {
  logs.open.push_back(open("/etc/passwd", O_RDONLY));
}

int main() {
  for (int i = 0; i < requests; ++i) {
    open_log();
    pace();
  }
  return 0;
}
