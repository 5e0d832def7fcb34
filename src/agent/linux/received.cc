#include "agent/linux/received.h"

namespace ajar::agent {
namespace {

constexpr int kSocketLevel = 1;  // SOL_SOCKET

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

uint64_t descriptors_in(const Control& control) {
  constexpr int kRights = 1, kPeerPidfd = 4;  // SCM_RIGHTS, SCM_PIDFD
  if (control.level != kSocketLevel) return 0;
  const uint64_t room = (control.length - sizeof(Control)) / sizeof(int);
  if (control.type == kRights) return room;
  return control.type == kPeerPidfd && room > 0 ? 1 : 0;
}

void report_control(Entry entry, const Message& message, const unwind::Registers& caller) {
  const uint8_t* const begin = message.control;
  const uint64_t size = begin == nullptr ? 0 : message.control_length;
  for (uint64_t at = 0; at + sizeof(Control) <= size;) {
    Control control;
    __builtin_memcpy(&control, begin + at, sizeof(control));
    if (control.length < sizeof(control) || control.length > size - at) return;
    for (uint64_t i = 0; i < descriptors_in(control); ++i) {
      int fd = -1;
      __builtin_memcpy(&fd, begin + at + sizeof(control) + i * sizeof(fd), sizeof(fd));
      report_open(entry, fd, Asked{}, caller);
    }
    at += (control.length + 7) & ~uint64_t{7};
  }
}

}  // namespace

void report_received(Entry entry, const void* messages, unsigned count, const unwind::Registers& caller) {
  const auto* each = static_cast<const MessageOfMany*>(messages);
  for (unsigned i = 0; i < count; ++i) report_control(entry, each[i].message, caller);
}

bool opens_peer(int level, int option) {
  constexpr int kPeerPidfd = 77;
  return level == kSocketLevel && option == kPeerPidfd;
}

}  // namespace ajar::agent
