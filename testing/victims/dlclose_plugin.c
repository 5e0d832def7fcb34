// Built twice, as libvictim_first.so and libvictim_second.so: the same code but for the name of its function.
#include <fcntl.h>

#include "truth.h"

KEPT_WHOLE int PLUGIN_FUNCTION(void) {
  const int fd = open("/etc/passwd", O_RDONLY);
  return fd < 0 ? -1 : fd;
}
