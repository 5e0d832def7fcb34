#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wire/wire.h"

namespace ajar::capture::preload {

// What a traced process says of the processes that it makes, and of what it or they become.
struct Announcement {
  enum class Kind : std::uint8_t {
    forked,       // a copy of it was made
    vforked,      // one that borrowed its memory was
    executes,     // `pid`, which is the process itself or its vfork child, is about to become a program
    exec_failed,  // and did not
    spawned,      // a child was made that is to become a program; pid 0: its number is not known
    refused,      // `pid`, a fork of it, can't report in
  };

  Kind kind = Kind::forked;
  std::int64_t pid = 0;      // as the process sees it
  std::uint64_t time = 0;    // of the agent's clock; before the call
  std::uint32_t user = 0;    // effective
  bool sandboxed = false;    // forked, executes, spawned: under a filter of system calls
  std::string path;          // executes, spawned: of the program; empty where it is not known
  unsigned environment = 0;  // executes, spawned: AJAR_ENVIRONMENT_…
  int error = 0;             // refused: why
};

// Nothing for a record that is no announcement, or is damaged.
std::optional<Announcement> announcement_of(const ajar_record& record);

}  // namespace ajar::capture::preload
