#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/dialogue.h"
#include "control/user.h"

namespace ajar::control {

// A session as a second ajar finds it.
struct Session {
  enum class State : std::uint8_t {
    answers,
    refuses,  // to say what it does: `words` has its reason
    silent,   // listens, and doesn't answer
    ended,
  };

  State state = State::answers;
  std::string words;
  std::string socket;                       // path
  User user;                                // whose folder it is in
  Description about;                        // its own word; of one that doesn't answer, what it left written
  std::filesystem::file_time_type wrote{};  // last of itself
};

// All that this user may ask, those that ended among them, as far as anything is left of them. Asks each what
// it records; waits for one that doesn't answer, but only for a moment.
std::vector<Session> find_sessions();

// Errors say in one line what the session, or the way to it, had against it.
base::Result<Marked> mark(const Session& session, const std::string& label);

// Afterwards the recording holds all up to now: events, tables, and the names of code.
base::Result<void> write_down(const Session& session);

// It ends, as at Ctrl-C. One that runs a program refuses: it ends with that.
base::Result<void> end(const Session& session);

}  // namespace ajar::control
