#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "control/user.h"

// Who may do what with files and pipes, on Windows.
namespace ajar::control {

// What a new folder, file or pipe is told so that it is for this user, SYSTEM and administrators alone. A
// pointer to it (SECURITY_ATTRIBUTES) is good for as long as this lives.
class OwnersOnly {
 public:
  OwnersOnly();
  OwnersOnly(const OwnersOnly&) = delete;
  OwnersOnly& operator=(const OwnersOnly&) = delete;
  ~OwnersOnly();

  [[nodiscard]] void* attributes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The owner of a folder that nobody but that user, SYSTEM and administrators can look into; empty for
// anything else, links among it. Of administrators' things the owner is often the group.
User owner_of_closed(const std::string& path);

// Of a pipe, by a handle on it; empty where that can't be known.
User owner_of_pipe(void* pipe);

}  // namespace ajar::control
