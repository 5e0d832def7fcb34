#pragma once

#include <string>

namespace ajar::control {

// A user, as the system knows them: "1000", on Windows a SID ("S-1-5-21-…").
using User = std::string;

User own_user();

// Whether this one may ask everybody's sessions: root, on Windows SYSTEM and administrators with their rights
// on.
bool may_ask_everybody();

}  // namespace ajar::control
