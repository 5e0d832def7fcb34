#include "notify.h"

#include <sys/eventfd.h>

#include "truth.h"

KEPT_WHOLE static int make_channel(void) {
  const int channel = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  return channel < 0 ? -1 : channel;
}

KEPT_WHOLE int notify(unsigned note) {
  const int channel = make_channel();
  if (channel < 0) return -1;
  return eventfd_write(channel, note);
}
