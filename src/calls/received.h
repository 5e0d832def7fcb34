#pragma once

#include <stdint.h>

#include "calls/numbers.h"

// The descriptors that messages brought (SCM_RIGHTS, SCM_PIDFD), after a call that succeeded: the kernel has
// written what is read here. MSG_PEEK installs descriptors like any other receiving.
namespace ajar::calls {

inline constexpr int kSocketLevel = 1;  // SOL_SOCKET

// include/linux/socket.h, on 64 bits.
struct Message {
  void* name;
  uint32_t name_length;
  const void* parts;
  uint64_t part_count;
  const uint8_t* control;
  uint64_t control_length;
  int flags;
};
struct MessageOfMany {
  Message message;
  uint32_t length;
};
struct Control {
  uint64_t length;  // this header and what follows it
  int level, type;
};
// Of 32-bit programs (include/net/compat.h).
struct Control32 {
  uint32_t length;
  int level, type;
};

template <typename Header>
uint64_t descriptors_in(const Header& control) {
  constexpr int kRights = 1, kPeerPidfd = 4;  // SCM_RIGHTS, SCM_PIDFD
  if (control.level != kSocketLevel) return 0;
  const uint64_t room = (control.length - sizeof(Header)) / sizeof(int);
  if (control.type == kRights) return room;
  return control.type == kPeerPidfd && room > 0 ? 1 : 0;
}

// Calls `found` with each descriptor of one message, whose control part that is.
template <typename Header = Control, typename Found>
void each_in_control(const uint8_t* begin, uint64_t size, Found&& found) {
  constexpr uint64_t kAligned = sizeof(Header::length);
  for (uint64_t at = 0; at < size && size - at >= sizeof(Header);) {
    Header control;
    __builtin_memcpy(&control, begin + at, sizeof(control));
    if (control.length < sizeof(control) || control.length > size - at) return;
    for (uint64_t i = 0; i < descriptors_in(control); ++i) {
      int fd = -1;
      __builtin_memcpy(&fd, begin + at + sizeof(control) + i * sizeof(fd), sizeof(fd));
      if (fd >= 0) found(fd);
    }
    at += (uint64_t{control.length} + kAligned - 1) & ~(kAligned - 1);
  }
}

template <typename Found>
void each_received(const Message& message, Found&& found) {
  const uint8_t* const begin = message.control;
  each_in_control(begin, begin == nullptr ? 0 : message.control_length, found);
}

// The same for `count` messages: of the kernel's struct mmsghdr, or for one a struct msghdr.
template <typename Found>
void each_received(const void* messages, unsigned count, Found&& found) {
  const auto* each = static_cast<const MessageOfMany*>(messages);
  for (unsigned i = 0; i < count; ++i) each_received(each[i].message, found);
}

// Whether this option of getsockopt is a new descriptor (SO_PEERPIDFD).
inline bool opens_peer(int level, int option) {
  return level == kSocketLevel && option == static_cast<int>(kPeerPidfdOption);
}

}  // namespace ajar::calls
