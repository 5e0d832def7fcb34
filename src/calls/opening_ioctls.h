#pragma once

#include <stdint.h>

// The rows of linux_ioctls.def.
namespace ajar::calls {

struct OpeningIoctl {
  static constexpr int kResult = -1;

  uint32_t request;
  int field;  // where in the argument the descriptor is; kResult: it is the result

  // After a call that succeeded.
  [[nodiscard]] int descriptor(const void* argument, int result) const {
    if (field == kResult) return result;
    int fd = -1;
    __builtin_memcpy(&fd, static_cast<const uint8_t*>(argument) + field, sizeof(fd));
    return fd;
  }
};

#define AJAR_IOCTL_RESULT OpeningIoctl::kResult
#define AJAR_IOCTL_FIELD(offset) offset
#define AJAR_IOCTL(request, name, where) {request, AJAR_IOCTL_##where},
inline constexpr OpeningIoctl kOpeningIoctls[] = {
#include "catalog/linux_ioctls.def"
};
#undef AJAR_IOCTL
#undef AJAR_IOCTL_FIELD
#undef AJAR_IOCTL_RESULT

// nullptr for a request that opens nothing.
inline const OpeningIoctl* opening_ioctl(uint64_t request) {
  for (const OpeningIoctl& row : kOpeningIoctls) {
    if (row.request == request) return &row;
  }
  return nullptr;
}

}  // namespace ajar::calls
