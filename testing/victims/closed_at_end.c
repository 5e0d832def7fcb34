// Programs that have nothing open at their end, since they close everything just before. Two of them forget a
// log per request and walk through them all at last, one in main, one in a function that runs at the exit;
// the third keeps a pool of a fixed size, and closes it when it is done, as it should.
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "truth.h"

enum { requests = 100, pool_size = 20 };

static int kept[requests];
static int count;

KEPT_WHOLE static int open_log(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static int open_pooled(void) {
  const int fd = open("/etc/group", O_RDONLY);
  return fd < 0 ? -1 : fd;
}

KEPT_WHOLE static void close_kept(void) {
  while (count > 0) close(kept[--count]);
}

KEPT_WHOLE static void handle_request(void) {
  const int settings = open("/etc/passwd", O_RDONLY);
  if (settings < 0) abort();
  close(settings);
  pace();
}

static void state_the_truth(void) {
  truth_closed_at_end("file", requests, "open_log", "closed_at_end", "leak");
  truth_print(3, 0, 0);
}

static void clean_up(void) {
  close_kept();
  state_the_truth();
}

int main(int argc, char** argv) {
  const char* how = argc > 1 ? argv[1] : "loop";
  const int pooled = strcmp(how, "pool") == 0;
  while (pooled && count < pool_size) kept[count++] = open_pooled();
  for (int i = 0; i < requests; ++i) {
    handle_request();
    if (!pooled) kept[count++] = open_log();
  }
  printf("%d kept\n", count);
  if (strcmp(how, "atexit") == 0) return atexit(clean_up);
  close_kept();
  if (pooled) {
    truth_print(3, 0, 0);
  } else {
    state_the_truth();
  }
  return 0;
}
