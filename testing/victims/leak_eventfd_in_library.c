// The program is right; the library that it links leaks an eventfd per call.
#include "notify.h"
#include "truth.h"

enum { requests = 100 };

KEPT_WHOLE static void handle_request(int request) {
  if (notify((unsigned)request) != 0) perror("notify");
}

int main(void) {
  for (int i = 0; i < requests; ++i) {
    handle_request(i);
    pace();
  }
  truth_group("eventfd", requests, "make_channel", "libvictim_notify.so", "leak");
  truth_print(3, 0, 0);
  return 0;
}
