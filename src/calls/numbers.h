#pragma once

#include <stdint.h>

// Numbers of x86-64 and constants of Linux' include/uapi that decide what a call does to a descriptor table.
namespace ajar::calls {

inline constexpr uint16_t kRead = 0, kClose = 3, kSocket = 41, kAccept = 43, kOpenat = 257,
                          kIoUringEnter = 426, kReadv = 19, kMmap = 9, kMprotect = 10, kMunmap = 11,
                          kIoctl = 16, kConnect = 42, kGetsockopt = 55, kClone = 56, kVfork = 58, kFcntl = 72,
                          kClone3 = 435, kCloseRange = 436, kOpenat2 = 437;

// By which 32-bit programs map code: mmap2 counts in pages.
inline constexpr uint32_t kMmap32 = 192, kMprotect32 = 125, kMunmap32 = 91, kMmap32Unit = 4096;

inline constexpr uint32_t kDuplicate = 0, kDuplicateCloseOnExec = 1030;  // F_DUPFD, F_DUPFD_CLOEXEC
inline constexpr uint32_t kPeerPidfdOption = 77;                         // SO_PEERPIDFD
inline constexpr uint32_t kRangeUnshare = 2, kRangeCloseOnExec = 4;      // CLOSE_RANGE_…
inline constexpr uint64_t kCloneFiles = 0x400, kClonePidfd = 0x1000;     // CLONE_FILES, CLONE_PIDFD

// Of what a call has come to: an error's number, negative.
constexpr bool has_failed(int64_t result) {
  return result < 0 && result >= -4095;
}
inline constexpr int kErrorBadNumber = 9, kErrorInProgress = 115;  // EBADF, EINPROGRESS

}  // namespace ajar::calls
