#pragma once

#include <stdint.h>

#include <string_view>

// The rows of catalog/linux_uses.def.
namespace ajar::calls {

struct Use {
  const char* name;
  int16_t number, number_32;  // -1: none
  uint8_t arguments;          // that are descriptors: a bit for each
};

#define AJAR_USE(name, number, number_32, arguments) {#name, number, number_32, arguments},
inline constexpr Use kUses[] = {
#include "catalog/linux_uses.def"
};
#undef AJAR_USE

// nullptr for a call that uses no descriptor, as far as the catalog goes.
constexpr const Use* use_of(int64_t number, bool is_32) {
  for (const Use& use : kUses) {
    if ((is_32 ? use.number_32 : use.number) == number && number >= 0) return &use;
  }
  return nullptr;
}

inline constexpr int16_t kEpollControl = 233, kEpollControl32 = 255;  // epoll_ctl
inline constexpr uint32_t kEpollRemove = 2;  // EPOLL_CTL_DEL, linux/eventpoll.h; epoll_ctl's argument 1

// The arguments that are descriptors of a call whose argument 1 is `operation`. What epoll_ctl removes is
// none: by that event loops make sure that what is closed is not watched any more. The kernel has seen to it
// already, and nobody minds the answer.
constexpr uint8_t descriptors_of(const Use& use, uint64_t operation) {
  const bool removes = use.number == kEpollControl && static_cast<uint32_t>(operation) == kEpollRemove;
  return removes ? 1 : use.arguments;
}

// A call by its name.
inline const Use* use_of(std::string_view name) {
  for (const Use& use : kUses) {
    if (name == use.name) return &use;
  }
  return nullptr;
}

}  // namespace ajar::calls
