#include "base/owned_fd.h"

#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

namespace ajar::base {

void OwnedFd::reset(int fd) {
  const int old = std::exchange(fd_, fd);
  if (old < 0) return;
#ifdef _WIN32
  ::_close(old);
#else
  ::close(old);
#endif
}

}  // namespace ajar::base
