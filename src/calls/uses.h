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

inline constexpr uint64_t kEpollRemove = 2;  // EPOLL_CTL_DEL, linux/eventpoll.h

// epoll_ctl(EPOLL_CTL_DEL) of a number that is closed, by which event loops make sure that it is not watched
// any more: the kernel has seen to that already, and nobody minds the answer.
constexpr bool only_makes_sure(const Use& use, uint64_t operation, uint64_t argument) {
  constexpr std::string_view control = "epoll_ctl";
  return use.name == control && operation == kEpollRemove && argument == 2;
}

// A call by its name.
inline const Use* use_of(std::string_view name) {
  for (const Use& use : kUses) {
    if (name == use.name) return &use;
  }
  return nullptr;
}

}  // namespace ajar::calls
