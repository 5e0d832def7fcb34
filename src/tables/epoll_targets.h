#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "tables/watched_object.h"

namespace ajar::tables {

// An epoll keeps what it watches by the number under which it was added, and goes on watching it after that
// number was closed, for as long as a duplicate is open somewhere. The number may be another's by then. This
// tells them apart by kcmp(2).
class EpollTargets {
 public:
  EpollTargets(std::int64_t pid, std::uint64_t epoll) : pid_(pid), epoll_(epoll) {}

  // "fd 7"; "fd 7, closed since" where the number is proven to be nobody's or another's. To be asked for one
  // line of the epoll's fdinfo after the other, from the first on.
  std::string words(const WatchedObject& object);

 private:
  [[nodiscard]] bool is_closed(std::uint64_t handle, std::uint32_t nth) const;

  std::int64_t pid_;
  std::uint64_t epoll_;
  std::unordered_map<std::uint64_t, std::uint32_t> met_;  // how often each number was there so far
};

}  // namespace ajar::tables
